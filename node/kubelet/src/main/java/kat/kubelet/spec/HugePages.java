package kat.kubelet.spec;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// Memory in large pages, which the machine's owner sets aside (`vm.nr_hugepages`).
///
/// **Source:** `pkg/apis/core/v1/helper/helpers.go`; the kernel's `hugetlbpage.rst`.
///
/// @param pools how many pages there are, by their size in bytes
public record HugePages(SortedMap<Long, Long> pools) {

    public static final HugePages NONE = new HugePages(new TreeMap<>());

    private static final String PREFIX = "hugepages-";
    private static final String MEDIUM = "HugePages";
    private static final String END = "kB";
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};
    private static final long KIBI = 1024;

    public HugePages {
        pools = new TreeMap<>(pools);
    }

    /// Reads what the kernel has.
    ///
    /// @param folder `/sys/kernel/mm/hugepages`; may be missing
    public static HugePages read(Path folder) throws IOException {
        SortedMap<Long, Long> pools = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> sizes = Files.newDirectoryStream(folder, PREFIX + "*")) {
                for (Path each : sizes) {
                    String name = each.getFileName().toString();
                    String kilobytes =
                            name.substring(PREFIX.length(), name.length() - END.length());
                    String number = Files.readString(each.resolve("nr_hugepages")).strip();
                    pools.put(Long.parseLong(kilobytes) * KIBI, Long.parseLong(number));
                }
            }
        }
        return new HugePages(pools);
    }

    /// Amounts by the names of their resources, such as `hugepages-2Mi`.
    public SortedMap<String, Long> amounts() {
        SortedMap<String, Long> amounts = new TreeMap<>();
        pools.forEach((size, number) -> amounts.put(resource(size), size * number));
        return amounts;
    }

    /// All that is set aside, in bytes.
    public long bytes() {
        return amounts().values().stream().mapToLong(Long::longValue).sum();
    }

    private static String resource(long size) {
        return PREFIX + Quantity.of(size, Quantity.Format.BINARY_SI);
    }

    /// What a container may use of each size, by the size as the runtime names it: `2MB`. Nothing
    /// where it does not ask; nothing is said on a machine that has set none aside.
    ///
    /// **Source:** `GetHugepageLimitsFromResources` in `pkg/kubelet/kuberuntime`.
    public SortedMap<String, Long> limits(JsonObject container) {
        SortedMap<String, Long> limits = new TreeMap<>();
        if (bytes() > 0) {
            pools.keySet().forEach(size -> limits.put(runtimeName(size), 0L));
        }
        JsonObject asked = container.at("resources", "limits");
        for (Map.Entry<String, String> each : asked.strings().entrySet()) {
            if (each.getKey().startsWith(PREFIX)) {
                limits.put(
                        runtimeName(sizeOf(each.getKey())),
                        Quantity.parse(each.getValue()).wholeUnits());
            }
        }
        return limits;
    }

    /// The size of the pages that a volume of this medium is made of.
    ///
    /// **Source:** `getPageSizeMountOption` in `pkg/volume/emptydir/empty_dir.go`.
    ///
    /// @param medium `HugePages` or, with a size, such as `HugePages-2Mi`
    /// @throws IOException when the pod asks for no such pages, or does not say for which
    public static long sizeOf(String medium, JsonObject podSpec) throws IOException {
        String named = medium.substring(Math.min(medium.length(), MEDIUM.length()));
        long wanted = named.isEmpty() ? 0 : Quantity.parse(named.substring(1)).wholeUnits();
        long found = 0;
        for (String list : List.of("containers", "initContainers")) {
            for (JsonObject container : podSpec.array(list).objects()) {
                for (String name : container.at("resources", "requests").strings().keySet()) {
                    long size = name.startsWith(PREFIX) ? sizeOf(name) : 0;
                    if (size > 0 && wanted == 0 && found > 0 && found != size) {
                        throw new IOException(
                                "medium: "
                                        + medium
                                        + " can't be used if container requests multiple huge"
                                        + " page sizes");
                    }
                    found = size > 0 && (wanted == 0 || wanted == size) ? size : found;
                }
            }
        }
        if (found == 0) {
            throw new IOException(
                    "medium "
                            + medium
                            + ": hugePages storage requested, but there is no resource request for"
                            + " huge pages");
        }
        return found;
    }

    private static long sizeOf(String resource) {
        return Quantity.parse(resource.substring(PREFIX.length())).wholeUnits();
    }

    private static String runtimeName(long size) {
        long rest = size;
        int unit = 0;
        while (rest >= KIBI && rest % KIBI == 0 && unit < UNITS.length - 1) {
            rest /= KIBI;
            unit++;
        }
        return rest + UNITS[unit];
    }
}
