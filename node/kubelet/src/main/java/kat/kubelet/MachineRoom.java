package kat.kubelet;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kat.kubelet.eviction.Observation;
import kat.kubelet.eviction.Signal;
import kat.kubelet.volumes.FileSystems;

/// How much memory, disk and process ids a machine has left.
///
/// **Threads:** any.
public interface MachineRoom {

    /// @throws IOException when the kernel does not tell
    Observation memory() throws IOException;

    /// Ids that processes and threads may have.
    ///
    /// @throws IOException when the kernel does not tell
    Observation processes() throws IOException;

    /// @param folder any on the disk that is meant
    /// @throws IOException when there is no such folder
    Observation disk(Signal signal, Path folder) throws IOException;

    /// @param folder any on the disk that is meant
    /// @return empty where the file system does not count inodes
    /// @throws IOException when there is no such folder
    Optional<Observation> inodes(Signal signal, Path folder) throws IOException;

    /// The machine's own.
    ///
    /// @param proc where the kernel's files are, usually `/proc`
    static MachineRoom of(Path proc) {
        FileSystems disks = new FileSystems();
        return new MachineRoom() {

            @Override
            public Observation memory() throws IOException {
                return MachineMemory.read(proc).observation();
            }

            @Override
            public Observation processes() throws IOException {
                return MachineProcesses.read(proc);
            }

            @Override
            public Observation disk(Signal signal, Path folder) throws IOException {
                FileStore disk = Files.getFileStore(folder);
                return new Observation(signal, disk.getUsableSpace(), disk.getTotalSpace());
            }

            @Override
            public Optional<Observation> inodes(Signal signal, Path folder) throws IOException {
                FileSystems.Inodes inodes = disks.inodes(folder);
                return inodes.total() == 0
                        ? Optional.empty()
                        : Optional.of(new Observation(signal, inodes.free(), inodes.total()));
            }
        };
    }
}
