"""What the register refuses, with its facts and what to do about it."""

from __future__ import annotations

from app.errors import Conflict, Invalid, NotFound, Text, Unavailable


class RegisterFileInvalid(Invalid):
    """The register file can't be read at all."""

    code = "register.file_invalid"
    title = Text("Tệp dân cư không đọc được", "The register file can't be read")


class FileMissing(RegisterFileInvalid):
    """There is no such file."""

    detail = Text("Không có tệp {path}.", "There is no file {path}.")


class FileIsFolder(RegisterFileInvalid):
    """The name is that of a folder."""

    detail = Text("'{path}' là thư mục, không phải tệp.", "'{path}' is a folder, not a file.")


class FileEmpty(RegisterFileInvalid):
    """There is nothing in the file."""

    detail = Text("Tệp rỗng. Hãy xuất lại tệp.", "The file is empty. Export it again.")


class FileNotUtf8(RegisterFileInvalid):
    """The file is text of another encoding, UTF-16 most often."""

    detail = Text(
        "Tệp không phải mã UTF-8 (có thể là UTF-16). Hãy xuất lại tệp với mã UTF-8.",
        "The file is not UTF-8 (it may be UTF-16). Export it as UTF-8.",
    )


class ColumnTwice(RegisterFileInvalid):
    """The header names a column more than once, so which one holds is not known."""

    detail = Text(
        "Cột {column} có hai lần ở dòng đầu. Hãy bỏ hoặc đổi tên một cột.",
        "The column {column} stands twice in the header. Remove or rename one.",
    )


class FileKindUnknown(RegisterFileInvalid):
    """The suffix names no kind of file that can be imported."""

    detail = Text(
        "Không nhận ra loại tệp '{suffix}'. Hãy dùng .csv, .parquet hoặc .ndjson.",
        "'{suffix}' is no known kind of file. Use .csv, .parquet or .ndjson.",
    )


class ColumnsMissing(RegisterFileInvalid):
    """The header lacks columns without which nobody can be matched."""

    detail = Text(
        "Thiếu cột: {missing}. Dòng đầu của tệp phải có các cột: {known}.",
        "Missing columns: {missing}. The first line of the file must name the columns: {known}.",
    )


class FileDamaged(RegisterFileInvalid):
    """The file breaks off or is no file of the kind that its suffix says."""

    detail = Text(
        "Tệp hỏng hoặc không đúng định dạng {kind}. Hãy xuất lại tệp.",
        "The file is damaged or is not {kind}. Export it again.",
    )


class NothingToImport(RegisterFileInvalid):
    """No row of the file could be kept."""

    code = "register.no_rows"
    detail = Text(
        "Tệp không có dòng dữ liệu nào; bản đang dùng giữ nguyên.",
        "The file has no rows; the active version stays.",
    )


class NothingKept(NothingToImport):
    """The file has rows, and each of them was refused."""

    detail = Text(
        "Không có dòng nào dùng được trong {read} dòng; bản đang dùng giữ nguyên. Các dòng bị từ chối: {refused_to}.",
        "None of the {read} rows could be kept; the active version stays. The refused rows: {refused_to}.",
    )


class RejectsUnwritable(RegisterFileInvalid):
    """The refused rows would be written over the register file, or to where no file can be."""

    code = "register.rejects_unwritable"
    title = Text("Không ghi được các dòng bị từ chối", "The refused rows can't be written")
    detail = Text(
        "Không thể ghi các dòng bị từ chối vào {path}: đó là chính tệp dân cư hoặc một thư mục. Hãy chọn tên khác cho "
        "--rejects.",
        "The refused rows can't be written to {path}: that is the register file itself or a folder. Choose another "
        "name for --rejects.",
    )


class TooManyRejects(Conflict):
    """So many rows were refused that the file itself is in doubt."""

    code = "register.too_many_rejects"
    title = Text("Quá nhiều dòng bị từ chối", "Too many rows were refused")
    detail = Text(
        "{rejected} trong {read} dòng bị từ chối (trên {limit} %); bản đang dùng giữ nguyên. Xem các dòng đó trong "
        "{refused_to}, sửa tệp nguồn, hoặc chạy lại lệnh này thêm --accept-rejects.",
        "{rejected} of {read} rows were refused (over {limit} %); the active version stays. See these rows in "
        "{refused_to}, mend the source file, or run the command again with --accept-rejects.",
    )


class ImportUnderWay(Conflict):
    """Another process imports the same file into the same version."""

    code = "register.import_under_way"
    title = Text("Tệp đang được nhập", "The file is being imported")
    detail = Text(
        "Một tiến trình khác đang nhập cùng tệp vào bản {version}. Hãy chờ, xem: khop register status",
        "Another process is importing the same file into version {version}. Wait; see: khop register status",
    )


class VersionMissing(NotFound):
    """There is no such version."""

    code = "register.version_not_found"
    title = Text("Không có bản dân cư này", "No such register version")
    detail = Text(
        "Không có bản {version}. Xem các bản: khop register status",
        "There is no version {version}. List them with: khop register status",
    )


class VersionNotReady(Conflict):
    """A version that is not complete can't be made active."""

    code = "register.version_not_ready"
    title = Text("Bản dân cư chưa sẵn sàng", "The register version is not ready")
    detail = Text(
        "Bản {version} chưa nhập xong ({state}). Hãy chạy lại lệnh khop register import với cùng tệp.",
        "Version {version} is not complete ({state}). Run khop register import with the same file again.",
    )


class VersionActive(Conflict):
    """The active version can't be dropped."""

    code = "register.version_active"
    title = Text("Bản dân cư đang dùng", "The register version is active")
    detail = Text(
        "Bản {version} đang được dùng, không thể xóa. Hãy nhập bản mới hoặc khop register rollback trước.",
        "Version {version} is active and can't be dropped. Import a new one or run khop register rollback first.",
    )


class NothingToRollBack(Conflict):
    """There is no earlier version to go back to."""

    code = "register.no_previous_version"
    title = Text("Không có bản trước", "There is no previous version")
    detail = Text(
        "Không có bản trước để quay lại. Xem các bản: khop register status",
        "There is no previous version to go back to. List them with: khop register status",
    )


class NoActiveVersion(Unavailable):
    """Nothing can be matched before a register was imported."""

    code = "register.no_active_version"
    title = Text("Chưa có dữ liệu dân cư", "There is no register yet")
    detail = Text(
        "Chưa nhập dữ liệu dân cư. Hãy chạy: khop register import TỆP",
        "No register has been imported. Run: khop register import FILE",
    )


class VersionPinned(Conflict):
    """Jobs or audits that are not over go on reading the version."""

    code = "register.version_pinned"
    title = Text("Bản dân cư còn được dùng", "The register version is still needed")
    detail = Text(
        "Bản {version} còn được dùng bởi: {holders}. Hãy chờ chúng xong, hoặc xóa chúng (khop job delete).",
        "Version {version} is still needed by: {holders}. Wait until they are done, or delete them (khop job delete).",
    )


class VersionBelow(Conflict):
    """Other versions hold only what has changed since this one."""

    code = "register.version_below_others"
    title = Text("Bản dân cư là nền của bản khác", "Other register versions lie over this one")
    detail = Text(
        "Bản {version} là nền của các bản: {over}. Hãy xóa các bản đó trước, hoặc chạy khop register compact rồi xóa.",
        "The versions {over} lie over version {version}. Drop them first, or run khop register compact, then drop.",
    )


class RegisterMoved(Conflict):
    """Another version became active while the changes were read."""

    code = "register.moved"
    title = Text("Bản đang dùng vừa thay đổi", "The active version has changed meanwhile")
    detail = Text(
        "Trong lúc đọc tệp, bản đang dùng không còn là bản {parent}; chưa có gì thay đổi. Hãy chạy lại lệnh.",
        "While the file was read, version {parent} ceased to be the active one; nothing was changed. Run it again.",
    )


class NothingToCompact(Conflict):
    """The version holds all its people itself."""

    code = "register.nothing_to_compact"
    title = Text("Không có gì để gộp", "There is nothing to compact")
    detail = Text(
        "Bản {version} đã chứa đủ mọi người, không nằm trên bản nào.",
        "Version {version} holds all its people itself; it lies over no other.",
    )


class DeltaNotRegister(RegisterFileInvalid):
    """A file of changes was given as the whole register."""

    code = "register.delta_not_register"
    detail = Text(
        "Tệp có cột {column}: đây là tệp thay đổi, không phải toàn bộ dân cư. Hãy dùng: khop register delta TỆP",
        "The file has a column {column}: it holds changes, not the whole register. Use: khop register delta FILE",
    )


class DeltaKindUnknown(RegisterFileInvalid):
    """The content type names no kind of file of changes."""

    code = "register.delta_kind_unknown"
    detail = Text("Content-Type phải là một trong: {known}.", "The Content-Type is one of: {known}.")


class VersionInUse(Conflict):
    """Somebody reads the version at this moment."""

    code = "register.version_in_use"
    title = Text("Bản dân cư đang được đọc", "The register version is being read")
    detail = Text(
        "Bản {version} đang được đọc (đối soát hoặc sao lưu). Hãy thử lại sau.",
        "Version {version} is being read (an audit or a backup). Try again later.",
    )


class VersionOutdated(Unavailable):
    """The version was imported under other rules than those that would ask it: people would be missed in silence."""

    code = "register.version_outdated"
    title = Text("Bản dân cư theo quy tắc cũ", "The register version follows older rules")
    detail = Text(
        "Bản {version} được nhập bằng quy tắc {found}, chương trình dùng {needed}. Nhập lại: khop register import TỆP",
        "Version {version} was imported under rules {found}, the program uses {needed}. Run: khop register import FILE",
    )


class VersionIncomplete(Unavailable):
    """Keys name people whom the table of people doesn't have: files of two versions were mixed, or rows were lost."""

    code = "register.version_incomplete"
    title = Text("Dữ liệu của bản dân cư không đủ", "The data of the register version is incomplete")
    detail = Text(
        "Bản {version} thiếu {missing} người mà khóa tìm kiếm có nêu: tệp của bản khác, hoặc dữ liệu bị mất. Khôi phục "
        "từ bản sao lưu, hoặc nhập lại: khop register import TỆP --again",
        "Version {version} lacks {missing} people whom its keys name: a file of another version, or data was lost. "
        "Restore it from a backup, or import again: khop register import FILE --again",
    )
