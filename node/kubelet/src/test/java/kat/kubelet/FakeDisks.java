package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.kubelet.volumes.Disks;
import kat.kubelet.volumes.RemoteDisk;

/// Devices that are files with names that end in `.disk`, and servers that have every folder.
final class FakeDisks implements Disks {

    private final FakeMounts mounts;
    private final Path devices;
    private final List<String> course = new CopyOnWriteArrayList<>();
    private volatile String failure = "";

    /// @param devices folder for the devices of attached disks
    FakeDisks(FakeMounts mounts, Path devices) {
        this.mounts = mounts;
        this.devices = devices;
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

    @Override
    public Path attach(RemoteDisk disk, Map<String, String> login) throws IOException {
        act("attach " + disk.type() + " " + disk.name() + " " + login);
        Path device = devices.resolve(disk.name().replace(':', '_') + ".disk");
        Files.createDirectories(devices);
        return Files.exists(device) ? device : Files.createFile(device);
    }

    @Override
    public void detach(RemoteDisk disk, boolean isTargetUsed) throws IOException {
        act("detach " + disk.name() + (isTargetUsed ? " of a used target" : ""));
    }
}
