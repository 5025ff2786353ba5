package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What is done with devices that hold files, and with servers of files. [DiskPrograms] does it
/// for real.
///
/// **Threads:** any, of one device one at a time. Calls may take as long as a disk is large.
public interface Disks {

    /// Whether a path is a device that files can be put on; links are followed.
    boolean isDevice(Path path) throws IOException;

    /// Makes the files of a device appear at a folder. One without any is given an empty file
    /// system first, one with files is looked over for faults.
    ///
    /// @param type of its file system, if it has none yet
    /// @param options of the mount, such as `ro`
    /// @throws IOException with the words of the program that failed
    void mount(Path device, Path at, String type, List<String> options) throws IOException;

    /// Makes the files of a server appear at a folder. Takes as long as the server does.
    ///
    /// @param source as mount(8) names it for this type, such as `10.0.0.7:/exports/a`
    /// @param type such as `nfs`
    /// @param options of the mount, such as `ro`
    /// @throws IOException with the words of the program that failed
    void mountShare(String source, Path at, String type, List<String> options) throws IOException;

    /// Lets the file system take all of its device.
    ///
    /// @param at where it is mounted
    /// @throws IOException with the words of the program that failed
    void grow(Path device, Path at) throws IOException;

    /// Makes a disk of a storage network appear as a device of this machine; harmless when it is
    /// one already.
    ///
    /// @param login names and passwords by the keys of the disk's Secret; empty without
    /// @return the device, or a link to it
    /// @throws IOException with the words of the program that failed
    Path attach(RemoteDisk disk, Map<String, String> login) throws IOException;

    /// Lets a disk go that nothing is mounted from; harmless when it is gone.
    ///
    /// @param isTargetUsed whether another disk of its target is in use, so that the session must
    ///     stay
    void detach(RemoteDisk disk, boolean isTargetUsed) throws IOException;
}
