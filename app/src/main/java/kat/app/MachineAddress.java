package kat.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// The name and the address under which this machine is known in the cluster.
final class MachineAddress {

    private static final System.Logger LOG = System.getLogger("kat.app.node");

    private MachineAddress() {}

    /// The machine's name, as nodes and candidates tell it.
    static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"))
                    .strip()
                    .toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "host name not readable error={0}", e.toString());
            return "localhost";
        }
    }

    /// Whether an address is one of this machine's.
    static boolean isOwn(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            LOG.log(System.Logger.Level.WARNING, "addresses not readable error={0}", e.toString());
            return false;
        }
    }

    /// The machine's first IPv4 address that is neither loopback nor of a pod's device.
    ///
    /// @param absent where it has none
    static String find(String absent) {
        return find(IpFamily.IPV4, absent);
    }

    /// As [#find(String)] for a family; of IPv6 one that counts beyond its own link.
    static String find(IpFamily family, String absent) {
        try {
            for (NetworkInterface device :
                    Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(device.getInetAddresses())) {
                    boolean outer = device.isUp() && !address.isLoopbackAddress();
                    boolean own = device.isLoopback() || device.getName().startsWith("veth");
                    boolean linked = address.isLinkLocalAddress() && family == IpFamily.IPV6;
                    String text = withoutZone(address.getHostAddress());
                    if (outer && !own && !linked && IpFamily.of(text) == family) {
                        return IpRange.canonical(text);
                    }
                }
            }
        } catch (SocketException e) {
            LOG.log(System.Logger.Level.WARNING, "addresses not readable error={0}", e.toString());
        }
        return absent;
    }

    private static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
