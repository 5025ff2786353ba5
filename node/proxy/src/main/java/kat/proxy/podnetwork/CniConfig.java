package kat.proxy.podnetwork;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.nftables.IpRange;
import kat.proxy.NetworkConfig;
import org.jspecify.annotations.Nullable;

/// The CNI configuration of a cluster: a pair of devices for each pod (plugin `ptp`), so that all
/// of a pod's packets are routed by the machine and meet its packet rules; and addresses from the
/// node's range (plugin `host-local`).
///
/// **Source:** CNI specification 0.4.0, which plugins since 0.7 know.
public final class CniConfig {

    /// The folders where packages put CNI plugins: Debian, upstream's archive, Fedora.
    public static final List<Path> PLUGIN_FOLDERS =
            List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"), Path.of("/usr/libexec/cni"));

    private static final List<String> PLUGINS = List.of("ptp", "host-local", "loopback");
    private static final int FIRST_POD = 2;

    private CniConfig() {}

    /// The first folder that holds all plugins KAT uses; null when none does.
    public static @Nullable Path findPlugins(List<Path> folders) {
        for (Path folder : folders) {
            if (PLUGINS.stream().allMatch(name -> Files.isExecutable(folder.resolve(name)))) {
                return folder;
            }
        }
        return null;
    }

    /// The text of the file `10-kat.conflist`.
    ///
    /// @param families one of each family of addresses; pods have an address of each
    /// @param mtu of the pods' devices, in bytes
    /// @param addressFolder where `host-local` keeps which address is given out
    static String text(List<NetworkConfig> families, int mtu, Path addressFolder) {
        List<Json> ranges = new ArrayList<>();
        List<Json> routes = new ArrayList<>();
        for (NetworkConfig config : families) {
            ranges.add(JsonArray.of(range(config)));
            routes.add(JsonObject.of("dst", Json.of(config.family().any() + "/0")));
        }
        JsonObject addresses =
                JsonObject.builder()
                        .put("type", "host-local")
                        .put("dataDir", addressFolder.toString())
                        .put("ranges", new JsonArray(ranges))
                        .put("routes", new JsonArray(routes))
                        .build();
        JsonObject plugin =
                JsonObject.builder()
                        .put("type", "ptp")
                        .put("ipMasq", false)
                        .put("mtu", mtu)
                        .put("ipam", addresses)
                        .build();
        return JsonObject.builder()
                .put("cniVersion", "0.4.0")
                .put("name", families.getFirst().table())
                .put("plugins", JsonArray.of(plugin))
                .build()
                .toString();
    }

    private static JsonObject range(NetworkConfig config) {
        IpRange range = config.podRange();
        return JsonObject.builder()
                .put("subnet", range.toString())
                .put("rangeStart", range.address(FIRST_POD))
                .put("gateway", config.gateway())
                .build();
    }
}
