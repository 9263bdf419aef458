"""A folder mounted as a network's file server would have it, by FUSE: client.py FOLDER MOUNT SECONDS

What NFS 3 does, and a local disk does not:
- There are no locks: flock fails with ENOLCK.
- The server keeps nothing open: a file that another client has replaced or removed is not known any
  more, and reading on from it fails with ESTALE. What this client has removed itself stays readable.
- Anything may fail: what is called `error 5` fails with that number.
- Names and attributes are remembered for so many seconds, that there is no such file too.
Serves one request after the other until it is unmounted. Needs root.
"""
import ctypes
import errno
import os
import stat
import struct
import sys

FOLDER, MOUNT, VALID = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), float(sys.argv[3])
SECONDS, NANOSECONDS = int(VALID), int(VALID % 1 * 1e9)
FLOCK_LOCKS, BIG_WRITES, MAX_WRITE = 1 << 10, 1 << 5, 65536


class Node:
    """A file as the client knows it: a name, and the inode that it had then."""

    def __init__(self, path, inode):
        self.path, self.inode = path, inode
        self.removed = False  # by this client


ROOT = 1
nodes = {ROOT: Node(FOLDER, os.lstat(FOLDER).st_ino)}
numbers = {nodes[ROOT].inode: ROOT}
files = {}  # by handle: descriptor and node
handles = iter(range(1, 2**40))


def known(number):
    node = nodes[number]
    try:
        if os.lstat(node.path).st_ino == node.inode:
            return node
    except FileNotFoundError:
        pass
    raise OSError(errno.ESTALE, "stale")


def attributes(found):
    times = [found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns]
    return struct.pack(
        "<6Q10I", found.st_ino, found.st_size, found.st_blocks, *(t // 10**9 for t in times),
        *(t % 10**9 for t in times), found.st_mode, found.st_nlink, found.st_uid, found.st_gid,
        found.st_rdev, 4096, 0)


def answer(found):
    return struct.pack("<QII", SECONDS, NANOSECONDS, 0) + attributes(found)


def entry(path):
    found = os.lstat(path)
    number = numbers.get(found.st_ino)
    if number is None or nodes[number].removed:
        number = max(nodes) + 1
        numbers[found.st_ino] = number
        nodes[number] = Node(path, found.st_ino)
    nodes[number].path = path
    return struct.pack("<QQQQII", number, 0, SECONDS, SECONDS, NANOSECONDS, NANOSECONDS) + \
        attributes(found)


def named(number, name):
    return os.path.join(known(number).path, os.fsdecode(name.split(b"\0")[0]))


def opened(number, path, flags):
    handle = next(handles)
    files[handle] = (os.open(path, flags & ~(os.O_EXCL | os.O_NOFOLLOW), 0o666), number)
    return struct.pack("<QII", handle, 0, 0)


def descriptor(handle):
    """Of an open file, which the server has to know still unless this client has removed it."""
    number, node = files[handle][0], nodes[files[handle][1]]
    if not node.removed:
        known(files[handle][1])
    return number


def forget_name(path):
    try:
        number = numbers.get(os.lstat(path).st_ino)
    except FileNotFoundError:
        return
    if number is not None:
        nodes[number].removed = True


def lookup(number, body):
    if body.startswith(b"error "):
        raise OSError(int(body[6:-1]), "as asked")
    try:
        return entry(named(number, body))
    except FileNotFoundError:
        # Remembered too.
        return struct.pack("<QQQQII", 0, 0, SECONDS, 0, NANOSECONDS, 0) + bytes(88)


def getattr_(number, body):
    handles_of = [file for file, node in files.values() if node == number]
    if nodes[number].removed and handles_of:
        return answer(os.fstat(handles_of[0]))
    return answer(os.lstat(known(number).path))


def setattr_(number, body):
    valid, _, _, size, _, atime, mtime, _, atimens, mtimens, _, mode = struct.unpack_from("<2I6Q4I", body)
    path = known(number).path
    if valid & 1:
        os.chmod(path, stat.S_IMODE(mode))
    if valid & 8:
        os.truncate(path, size)
    if valid & 48:
        os.utime(path, ns=(atime * 10**9 + atimens, mtime * 10**9 + mtimens))
    return answer(os.lstat(path))


def mkdir(number, body):
    path = named(number, body[8:])
    os.mkdir(path, struct.unpack_from("<I", body)[0] & 0o7777)
    return entry(path)


def unlink(number, body):
    path = named(number, body)
    forget_name(path)
    os.unlink(path)
    return b""


def rmdir(number, body):
    os.rmdir(named(number, body))
    return b""


def rename(number, body, start=8):
    old, new = body[start:].split(b"\0")[:2]
    target = known(struct.unpack_from("<Q", body)[0])
    before, after = named(number, old), os.path.join(target.path, os.fsdecode(new))
    forget_name(after)
    os.rename(before, after)
    for node in nodes.values():
        if node.path == before or node.path.startswith(before + "/"):
            node.path = after + node.path[len(before):]
    return b""


def create(number, body):
    path = named(number, body[16:])
    flags = struct.unpack_from("<I", body)[0]
    os.close(os.open(path, flags | os.O_CREAT, 0o644))
    made = entry(path)
    return made + opened(struct.unpack_from("<Q", made)[0], path, flags & ~os.O_CREAT)


def open_(number, body):
    return opened(number, known(number).path, struct.unpack_from("<I", body)[0] & ~os.O_TRUNC)


def read(number, body):
    handle, offset, size = struct.unpack_from("<QQI", body)
    return os.pread(descriptor(handle), size, offset)


def write(number, body):
    handle, offset, size = struct.unpack_from("<QQI", body)
    return struct.pack("<II", os.pwrite(descriptor(handle), body[40:40 + size], offset), 0)


def release(number, body):
    os.close(files.pop(struct.unpack_from("<Q", body)[0])[0])
    return b""


def opendir(number, body):
    known(number)
    return struct.pack("<QII", 0, 0, 0)


def readdir(number, body):
    _, offset, size = struct.unpack_from("<QQI", body)
    path, listed = known(number).path, b""
    for at, name in enumerate(sorted(os.listdir(path))):
        if at < offset:
            continue
        raw = os.fsencode(name)
        kind = stat.S_IFMT(os.lstat(os.path.join(path, name)).st_mode) >> 12
        piece = struct.pack("<QQII", 1, at + 1, len(raw), kind) + raw
        piece += bytes(-len(piece) % 8)
        if len(listed) + len(piece) > size:
            break
        listed += piece
    return listed


def statfs(number, body):
    found = os.statvfs(FOLDER)
    return struct.pack("<5Q4I", found.f_blocks, found.f_bfree, found.f_bavail, found.f_files,
                       found.f_ffree, found.f_bsize, 255, found.f_frsize, 0) + bytes(24)


def fsync(number, body):
    os.fsync(descriptor(struct.unpack_from("<Q", body)[0]))
    return b""


def lock(number, body):
    raise OSError(errno.ENOLCK, "no locks")


def init(number, body):
    _, _, ahead, flags = struct.unpack_from("<4I", body)
    return struct.pack("<4I2H2I2HI", 7, 31, ahead, flags & (FLOCK_LOCKS | BIG_WRITES), 12, 9,
                       MAX_WRITE, 1, 0, 0, 0) + bytes(28)


def nothing(number, body):
    return b""


DOES = {
    1: lookup, 3: getattr_, 4: setattr_, 9: mkdir, 10: unlink, 11: rmdir, 12: rename, 14: open_,
    15: read, 16: write, 17: statfs, 18: release, 20: fsync, 25: nothing, 26: init, 27: opendir,
    28: readdir, 29: nothing, 30: nothing, 31: lock, 32: lock, 33: lock, 34: nothing, 35: create,
    45: lambda number, body: rename(number, body, 16),
}
SILENT = (2, 36, 42)

device = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
if ctypes.CDLL(None, use_errno=True).mount(b"client", MOUNT.encode(), b"fuse", 0, options) != 0:
    sys.exit(f"cannot mount: {os.strerror(ctypes.get_errno())}")
print("mounted", flush=True)
while True:
    try:
        request = os.read(device, MAX_WRITE + 4096)
    except OSError as error:
        if error.errno == errno.ENODEV:  # unmounted
            break
        continue
    _, opcode, unique, number = struct.unpack_from("<IIQQ", request)
    if opcode in SILENT:
        continue
    try:
        does = DOES.get(opcode)
        if does is None:
            raise OSError(errno.ENOSYS, "not here")
        reply, failed = does(number, request[40:]), 0
    except OSError as error:
        reply, failed = b"", error.errno
    try:
        os.write(device, struct.pack("<IiQ", 16 + len(reply), -failed, unique) + reply)
    except OSError:
        pass  # nobody waits for it any more
