package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kat.cri.InterfaceUsage;

/// What went through the machine's own network interfaces since it started.
///
/// **Source:** proc_net(5), `dev` and `route`; cAdvisor leaves out the loopback device and
/// those of pods, which have one end in the machine.
final class NodeTraffic {

    /// Of each line of `dev`, after the name.
    private static final int RX_BYTES = 0;

    private static final int RX_ERRORS = 2;
    private static final int TX_BYTES = 8;
    private static final int TX_ERRORS = 10;
    private static final int COLUMNS = 16;

    private static final String ANYWHERE = "00000000";

    private NodeTraffic() {}

    /// The interface of the default route first, the others by name.
    static List<InterfaceUsage> read(Path proc) throws IOException {
        List<InterfaceUsage> all = new ArrayList<>();
        for (String line : Files.readAllLines(proc.resolve("net/dev"))) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue; // one of the two heads
            }
            String name = line.substring(0, colon).strip();
            String[] told = line.substring(colon + 1).strip().split(" +", -1);
            boolean counts = told.length >= COLUMNS && !name.equals("lo");
            if (counts && !name.startsWith("veth") && !name.startsWith("docker")) {
                all.add(
                        new InterfaceUsage(
                                name,
                                Long.parseLong(told[RX_BYTES]),
                                Long.parseLong(told[RX_ERRORS]),
                                Long.parseLong(told[TX_BYTES]),
                                Long.parseLong(told[TX_ERRORS])));
            }
        }
        String first = ofDefaultRoute(proc);
        all.sort(
                Comparator.comparing((InterfaceUsage each) -> !each.name().equals(first))
                        .thenComparing(InterfaceUsage::name));
        return all;
    }

    private static String ofDefaultRoute(Path proc) throws IOException {
        Path routes = proc.resolve("net/route");
        if (Files.exists(routes)) {
            for (String line : Files.readAllLines(routes)) {
                String[] told = line.split("\\s+", -1);
                if (told.length > 1 && told[1].equals(ANYWHERE)) {
                    return told[0];
                }
            }
        }
        return "";
    }
}
