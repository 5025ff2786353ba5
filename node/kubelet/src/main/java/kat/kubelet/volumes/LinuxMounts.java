package kat.kubelet.volumes;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import kat.cri.ImageView;

/// The mount table of this machine, through the C library.
///
/// **Source:** `mount(2)`, `umount2(2)`, `openat(2)`, `proc_pid_mountinfo(5)`.
public final class LinuxMounts implements Mounts {

    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT_COLUMN = 4;

    private static final int O_NOFOLLOW = 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    private static final int AT_FDCWD = -100;
    private static final int ENOENT = 2;
    private static final int EINVAL = 22;
    private static final int FOLDER_MODE = 0750;
    private static final int PERMISSIONS = 07777;
    private static final long MS_BIND = 0x1000;
    private static final long MS_REC = 0x4000;
    private static final long MS_RDONLY = 0x1;
    private static final long MS_NOSUID = 0x2;
    private static final long MS_NODEV = 0x4;
    private static final long MS_NOEXEC = 0x8;
    private static final long MS_REMOUNT = 0x20;
    private static final long FILES_ONLY = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    private static final long MS_SHARED = 0x100000;
    private static final int MNT_DETACH = 2;
    private static final int FIRST_OPTIONAL_COLUMN = 6;
    private static final String SHARED = "shared:";

    private final MethodHandle mount;
    private final MethodHandle umount;
    private final MethodHandle openat;
    private final MethodHandle mkdirat;
    private final MethodHandle close;
    private final StructLayout captured = Linker.Option.captureStateLayout();
    private final VarHandle errno =
            captured.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    public LinuxMounts() {
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        ValueLayout.OfLong flags = ValueLayout.JAVA_LONG;
        MemoryLayout text = ValueLayout.ADDRESS;
        mount = find("mount", FunctionDescriptor.of(number, text, text, text, flags, text));
        umount = find("umount2", FunctionDescriptor.of(number, text, number));
        openat = find("openat", FunctionDescriptor.of(number, number, text, number));
        mkdirat = find("mkdirat", FunctionDescriptor.of(number, number, text, number));
        close = find("close", FunctionDescriptor.of(number, number));
    }

    // There is no way to the mount table in Java but through the C library.
    @SuppressWarnings("restricted")
    private static MethodHandle find(String name, FunctionDescriptor signature) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                signature,
                Linker.Option.captureCallState("errno"));
    }

    @Override
    public void tmpfs(Path at, long sizeBytes) throws IOException {
        String options = sizeBytes > 0 ? "mode=1777,size=" + sizeBytes : "mode=1777";
        mount("tmpfs", at, "tmpfs", 0, options);
    }

    @Override
    public void hugePages(Path at, long pageBytes) throws IOException {
        mount("nodev", at, "hugetlbfs", 0, "mode=1777,pagesize=" + pageBytes);
    }

    @Override
    public void image(ImageView view, Path at) throws IOException {
        if (view.type().equals("bind")) {
            bind(view.source(), at);
            mount("none", at, "", MS_BIND | MS_REMOUNT | FILES_ONLY, "");
            return;
        }
        String options =
                view.options().stream()
                        .filter(option -> !option.equals("ro"))
                        .collect(Collectors.joining(","));
        mount(view.source(), at, view.type(), FILES_ONLY, options);
    }

    private void mount(String source, Path at, String type, long flags, String options)
            throws IOException {
        call(
                "mount " + type + " at " + at,
                (arena, state) ->
                        (int)
                                mount.invokeExact(
                                        state,
                                        arena.allocateFrom(source),
                                        arena.allocateFrom(at.toString()),
                                        arena.allocateFrom(type),
                                        flags,
                                        arena.allocateFrom(options)));
    }

    @Override
    public void bindBelow(Path root, Path path, Path at) throws IOException {
        int mode = (int) Files.getAttribute(root, "unix:mode") & PERMISSIONS;
        int open = openAt(AT_FDCWD, root.toString());
        try {
            for (Path step : path) {
                if (!step.toString().isEmpty()) {
                    int next = openOrMake(open, step.toString(), mode);
                    closeQuietly(open);
                    open = next;
                }
            }
            prepare(Path.of("/proc/self/fd/" + open), at);
            bind("/proc/self/fd/" + open, at);
        } finally {
            closeQuietly(open);
        }
    }

    private static void prepare(Path from, Path at) throws IOException {
        if (Files.isDirectory(from)) {
            Files.createDirectories(at);
        } else if (!Files.exists(at)) {
            Files.createDirectories(at.getParent());
            Files.createFile(at);
        }
    }

    private void bind(String from, Path at) throws IOException {
        call(
                "bind mount at " + at,
                (arena, state) ->
                        (int)
                                mount.invokeExact(
                                        state,
                                        arena.allocateFrom(from),
                                        arena.allocateFrom(at.toString()),
                                        MemorySegment.NULL,
                                        MS_BIND | MS_REC,
                                        MemorySegment.NULL));
    }

    private int openOrMake(int folder, String name, int mode) throws IOException {
        try {
            return openAt(folder, name);
        } catch (CallFailed e) {
            if (e.code != ENOENT) {
                throw e;
            }
        }
        call(
                "make folder " + name,
                (arena, state) ->
                        (int)
                                mkdirat.invokeExact(
                                        state, folder, arena.allocateFrom(name), FOLDER_MODE));
        int made = openAt(folder, name);
        Unix.setMode(Path.of("/proc/self/fd/" + made), mode);
        return made;
    }

    private int openAt(int folder, String name) throws IOException {
        return call(
                "open " + name,
                (arena, state) ->
                        (int)
                                openat.invokeExact(
                                        state,
                                        folder,
                                        arena.allocateFrom(name),
                                        O_PATH | O_NOFOLLOW | O_CLOEXEC));
    }

    private void closeQuietly(int open) throws IOException {
        call("close", (_, state) -> (int) close.invokeExact(state, open));
    }

    @Override
    public void share(Path folder) throws IOException {
        Path nearest = Path.of("/");
        boolean shared = false;
        for (String line : Files.readAllLines(TABLE)) {
            String[] columns = line.split(" ", -1);
            Path at = Path.of(unescape(columns[MOUNT_POINT_COLUMN]));
            if (folder.startsWith(at) && at.startsWith(nearest)) {
                nearest = at;
                shared = columns[FIRST_OPTIONAL_COLUMN].startsWith(SHARED);
            }
        }
        if (shared) {
            return;
        }
        if (!nearest.equals(folder)) {
            bind(folder.toString(), folder);
        }
        mount("none", folder, "", MS_SHARED, "");
    }

    @Override
    public void unmount(Path at) throws IOException {
        try {
            call(
                    "unmount " + at,
                    (arena, state) ->
                            (int)
                                    umount.invokeExact(
                                            state, arena.allocateFrom(at.toString()), MNT_DETACH));
        } catch (CallFailed e) {
            if (e.code != EINVAL && e.code != ENOENT) {
                throw e;
            }
        }
    }

    @Override
    public List<Path> below(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String line : Files.readAllLines(TABLE)) {
            Path at = Path.of(unescape(line.split(" ", -1)[MOUNT_POINT_COLUMN]));
            if (at.startsWith(folder)) {
                found.add(at);
            }
        }
        found.sort(Comparator.comparingInt(Path::getNameCount).reversed());
        return found;
    }

    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private interface Call {
        int run(Arena arena, MemorySegment state) throws Throwable;
    }

    private static final class CallFailed extends IOException {
        private static final long serialVersionUID = 1L;
        private final int code;

        CallFailed(String what, int code) {
            super("cannot " + what + ": errno " + code);
            this.code = code;
        }
    }

    private int call(String what, Call call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(captured);
            int result;
            try {
                result = call.run(arena, state);
            } catch (Throwable impossible) {
                throw new IllegalStateException("the C library cannot be called", impossible);
            }
            if (result < 0) {
                throw new CallFailed(what, (int) errno.get(state, 0L));
            }
            return result;
        }
    }
}
