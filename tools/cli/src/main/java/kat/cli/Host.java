package kat.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What this machine has of what real containers need.
///
/// @param root whether this process may do what only root may
/// @param canInstall whether missing parts can be installed: root on Debian or Ubuntu
/// @param parts each with whether it is there
record Host(boolean root, boolean canInstall, List<Found> parts) {

    private static final List<Path> CNI_FOLDERS =
            List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"));

    Host {
        parts = List.copyOf(parts);
    }

    /// A program or set of files that a node needs.
    enum Part {
        CONTAINERD("containerd", "containerd", "runs containers"),
        RUNC("runc", "runc", "starts containers"),
        CNI("the CNI plugins", "containernetworking-plugins", "connect pods"),
        NFTABLES("nft", "nftables", "routes Services"),
        CONNTRACK("conntrack", "conntrack", "forgets stale UDP connections"),
        IPROUTE("ip", "iproute2", "sets up addresses and routes");

        private final String label;
        private final String debianPackage;
        private final String purpose;

        Part(String label, String debianPackage, String purpose) {
            this.label = label;
            this.debianPackage = debianPackage;
            this.purpose = purpose;
        }

        String label() {
            return label;
        }

        String debianPackage() {
            return debianPackage;
        }

        String purpose() {
            return purpose;
        }
    }

    /// @param where the program or folder; empty when missing
    record Found(Part part, String where) {}

    static Host look(Surroundings surroundings) {
        List<Found> found = new ArrayList<>();
        for (Part part : Part.values()) {
            found.add(
                    new Found(
                            part, part == Part.CNI ? cni() : program(part.label(), surroundings)));
        }
        boolean root = surroundings.user().root();
        return new Host(root, root && !program("apt-get", surroundings).isEmpty(), found);
    }

    /// @param foreignContainerd whether containerd and runc are somebody else's business
    List<Part> missingParts(boolean foreignContainerd) {
        List<Part> missing = new ArrayList<>();
        for (Found each : parts) {
            boolean needed =
                    !foreignContainerd
                            || (each.part() != Part.CONTAINERD && each.part() != Part.RUNC);
            if (needed && each.where().isEmpty()) {
                missing.add(each.part());
            }
        }
        return missing;
    }

    /// `containerd (runs containers), nft (routes Services)`.
    static String describe(List<Part> parts) {
        List<String> texts = new ArrayList<>();
        for (Part part : parts) {
            texts.add(part.label() + " (" + part.purpose() + ")");
        }
        return String.join(", ", texts);
    }

    /// `containerd nftables`.
    static String packages(List<Part> parts) {
        return String.join(" ", parts.stream().map(Part::debianPackage).toList());
    }

    private static String cni() {
        for (Path folder : CNI_FOLDERS) {
            if (Files.isExecutable(folder.resolve("ptp"))) {
                return folder.toString();
            }
        }
        return "";
    }

    /// The program's path; empty when it is on no folder of the PATH or of root's usual ones.
    static String program(String name, Surroundings surroundings) {
        String path =
                surroundings.variable("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin";
        for (String folder : path.split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                return Path.of(folder, name).toString();
            }
        }
        return "";
    }
}
