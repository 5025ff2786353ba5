package kat.cri;

/// What this machine is, in Go's words, which container images use.
public final class Machine {

    private Machine() {}

    /// `amd64`, `arm64`, or the JVM's word for anything else.
    public static String architecture() {
        String arch = System.getProperty("os.arch", "");
        return switch (arch) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> arch;
        };
    }
}
