"""What arrives with `POST /v1/jobs`: a form with a file, or JSON that names a file of the inbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from app.engines.plan import ReadOptions
from app.jobs.errors import FormBroken, OptionInvalid, RequestUnreadable
from app.jobs.forms import FormReader
from app.jobs.received import PIECE, Received, Receiving, inbox_file, pieces_of, receive
from app.jobs.schemas import InboxRequest, ReadingOptions
from app.jobs.service import Jobs
from app.settings import Settings

_MOST_JSON: Final = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that has arrived, how it is to be read, and whether only that is asked."""

    received: Received
    options: ReadOptions
    preview: bool


async def incoming(request: Request, room: Jobs, settings: Settings) -> Incoming:
    """Read the request to its end; the file is on the disk then, and nowhere in memory."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return await _of_inbox(request, room, settings)
    if kind != "multipart/form-data":
        raise RequestUnreadable()
    limit = settings.upload_limit_mb << 20
    folder = room.folder(room.new_id())
    reader = FormReader(request.headers["content-type"], lambda name: Receiving(folder, name, limit=limit))
    try:
        await _feed(request, reader)
        assert reader.file is not None
        options, preview = _form_options(reader.fields)
        received = await run_in_threadpool(reader.file.close)
    except BaseException as error:
        if reader.file is not None:
            reader.file.abandon()
        if isinstance(error, ClientDisconnect):
            raise FormBroken() from None
        raise
    return Incoming(received, options, preview)


async def _feed(request: Request, reader: FormReader) -> None:
    """Hand the body on in large pieces, in a thread: writing to a disk may take its time."""
    waiting = bytearray()
    async for piece in request.stream():
        waiting += piece
        if len(waiting) >= PIECE:
            await run_in_threadpool(reader.feed, bytes(waiting))
            waiting.clear()
    await run_in_threadpool(reader.feed, bytes(waiting))
    reader.finish()


async def _of_inbox(request: Request, room: Jobs, settings: Settings) -> Incoming:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_JSON:
            raise OptionInvalid(option="body", reason="quá dài / too long")
    try:
        asked = InboxRequest.model_validate_json(bytes(body))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False, include_url=False)) from None
    path = inbox_file(settings.inbox_dir, asked.inbox_file)
    received = await run_in_threadpool(_copied, room.folder(room.new_id()), path, settings)
    return Incoming(received, read_options(asked), asked.preview)


def _copied(folder: Path, path: Path, settings: Settings) -> Received:
    return receive(folder, path.name, pieces_of(path), limit=max(settings.upload_limit_mb << 20, path.stat().st_size))


def _form_options(fields: dict[str, str]) -> tuple[ReadOptions, bool]:
    """The options of a form: each field as text, the mapping as a JSON object."""
    given: dict[str, Any] = {name: text for name, text in fields.items() if text != ""}
    preview = given.pop("preview", "false").strip().lower()
    if preview not in ("true", "false"):
        raise OptionInvalid(option="preview", reason="true / false")
    if "mapping" in given:
        try:
            given["mapping"] = json.loads(given["mapping"])
        except ValueError:
            raise OptionInvalid(option="mapping", reason='JSON: {"full_name": "H"}') from None
    try:
        options = ReadingOptions.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False, include_url=False)) from None
    return read_options(options), preview == "true"


def read_options(asked: ReadingOptions) -> ReadOptions:
    """The options as the engine knows them."""
    return ReadOptions(asked.sheet, asked.mapping, asked.keep_columns, asked.delimiter, asked.encoding, asked.list)
