package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.kubelet.volumes.Disks;

/// Devices that are files with names that end in `.disk`, and servers that have every folder.
final class FakeDisks implements Disks {

    private final FakeMounts mounts;
    private final List<String> course = new CopyOnWriteArrayList<>();
    private volatile String failure = "";

    FakeDisks(FakeMounts mounts) {
        this.mounts = mounts;
    }

    /// What was done, in order: a verb, and the device.
    List<String> course() {
        return course;
    }

    /// From now on all fails with these words; empty when nothing does.
    void fail(String words) {
        failure = words;
    }

    private void act(String what) throws IOException {
        course.add(what);
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
    }

    @Override
    public boolean isDevice(Path path) {
        return !Files.isDirectory(path) && path.toString().endsWith(".disk");
    }

    @Override
    public void mount(Path device, Path at, String type, List<String> options) throws IOException {
        act("mount " + device.getFileName() + " " + type + " " + options);
        mounts.tmpfs(at, 0);
    }

    @Override
    public void mountShare(String source, Path at, String type, List<String> options)
            throws IOException {
        act("mount " + source + " " + type + " " + options);
        mounts.tmpfs(at, 0);
    }

    @Override
    public void grow(Path device, Path at) throws IOException {
        act("grow " + device.getFileName());
    }
}
