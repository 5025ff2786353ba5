package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Disks of a Fibre Channel network, which the kernel finds by itself once it looks.
///
/// **Threads:** any.
///
/// **Source:** `pkg/volume/fc/fc_util.go`.
final class FibreChannelDisks {

    private final ScsiDevices devices;

    FibreChannelDisks(ScsiDevices devices) {
        this.devices = devices;
    }

    /// @return the device, that of all paths together where there is one
    Path attach(RemoteDisk disk) throws IOException {
        Path joined = joined(links(disk));
        if (joined != null) {
            return joined;
        }
        devices.scan();
        List<Path> found = links(disk);
        joined = joined(found);
        if (found.isEmpty()) {
            throw new IOException("no fc disk found");
        }
        return joined == null ? found.getLast() : joined;
    }

    private @Nullable Path joined(List<Path> links) throws IOException {
        for (Path link : links) {
            Path all = devices.multipath(link);
            if (all != null) {
                return all;
            }
        }
        return null;
    }

    private List<Path> links(RemoteDisk disk) throws IOException {
        List<Path> found = new ArrayList<>();
        List<String> ports = disk.source().array("targetWWNs").strings();
        for (String port : ports) {
            Pattern name =
                    Pattern.compile("(pci-.*-)?fc-0x" + Pattern.quote(port + "-" + disk.lun()));
            found.addAll(devices.links("by-path", each -> name.matcher(each).matches()));
        }
        if (ports.isEmpty()) {
            for (String wwid : disk.source().array("wwids").strings()) {
                String name = "scsi-" + wwid.replace(' ', '_');
                found.addAll(devices.links("by-id", name::equals));
            }
        }
        return found;
    }

    /// Has the kernel forget the disk.
    void detach(RemoteDisk disk) throws IOException {
        devices.remove(links(disk));
    }
}
