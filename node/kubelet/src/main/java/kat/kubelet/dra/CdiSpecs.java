package kat.kubelet.dra;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.cri.ContainerConfig;
import kat.cri.Device;
import kat.cri.EnvVar;
import kat.cri.Mount;
import kat.cri.RuntimeVersion;

/// Specifications of the Container Device Interface on this machine, for runtimes that do not
/// read them: what they ask for is written into the container's configuration. Variables,
/// device nodes and mounts can be; hooks and the like cannot and are refused, for without them
/// the device would not work.
///
/// **Threads:** any.
///
/// **Source:** Container Device Interface 0.8, `SPEC.md`;
/// `tags.cncf.io/container-device-interface/pkg/cdi`.
///
/// @param folders of specifications, the least important first
public record CdiSpecs(List<Path> folders) {

    private static final Logger LOG = System.getLogger("kat.kubelet.dra");
    private static final int MOST_FILES = 1000;
    private static final long MOST_BYTES = 1 << 20;
    private static final int FIRST_CONTAINERD = 2;

    /// What a runtime can be told of.
    private static final Set<String> KNOWN = Set.of("env", "deviceNodes", "mounts");

    public CdiSpecs {
        folders = List.copyOf(folders);
    }

    /// Where drivers put them.
    public static CdiSpecs ofMachine() {
        return new CdiSpecs(List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi")));
    }

    /// Whether a runtime reads specifications itself. containerd does by itself since 2.0; 1.7
    /// does when it is configured to, which it does not tell.
    public static boolean isReadBy(RuntimeVersion runtime) {
        if (!runtime.name().equals("containerd")) {
            return true;
        }
        String major = runtime.version().replaceFirst("^v", "").split("\\.", 2)[0];
        return !major.matches("\\d{1,4}") || Integer.parseInt(major) >= FIRST_CONTAINERD;
    }

    /// A device with the edits that its specification asks for, those of all its devices first.
    private record Found(Path file, JsonObject common, JsonObject own) {}

    /// Gives a container devices.
    ///
    /// @param names such as `vendor.com/class=name`
    /// @throws IOException when one is not known, or asks for what cannot be told
    public ContainerConfig apply(ContainerConfig config, List<String> names) throws IOException {
        Map<String, Found> known = find();
        SequencedMap<String, Found> wanted = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            Found device = known.get(name);
            if (device == null) {
                missing.add(name);
            } else {
                wanted.put(name, device);
            }
        }
        if (!missing.isEmpty()) {
            throw new IOException(
                    "CDI device injection failed: unresolvable CDI devices "
                            + String.join(", ", missing));
        }
        ContainerConfig edited = config;
        Set<Path> begun = new HashSet<>();
        for (var each : wanted.entrySet()) {
            Found device = each.getValue();
            if (begun.add(device.file())) {
                edited = edit(edited, each.getKey(), device.common());
            }
            edited = edit(edited, each.getKey(), device.own());
        }
        return edited;
    }

    private Map<String, Found> find() throws IOException {
        Map<String, Found> all = new TreeMap<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            Map<String, Found> here = new TreeMap<>();
            Set<String> twice = new HashSet<>();
            for (Path file : files(folder)) {
                read(file)
                        .forEach(
                                (name, device) -> {
                                    if (here.put(name, device) != null) {
                                        twice.add(name);
                                    }
                                });
            }
            all.putAll(here);
            all.keySet().removeAll(twice);
        }
        return all;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(CdiSpecs::isSpecification).sorted().limit(MOST_FILES).toList();
        }
    }

    private static boolean isSpecification(Path file) {
        String name = file.getFileName().toString();
        return (name.endsWith(".json") || name.endsWith(".yaml")) && Files.isRegularFile(file);
    }

    /// One that cannot be read does not keep others; its devices are not known.
    private static Map<String, Found> read(Path file) {
        Map<String, Found> found = new TreeMap<>();
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("longer than " + MOST_BYTES + " bytes");
            }
            if (Yaml.parse(Files.readString(file)) instanceof JsonObject spec) {
                for (JsonObject device : spec.array("devices").objects()) {
                    found.put(
                            spec.string("kind") + "=" + device.string("name"),
                            new Found(
                                    file,
                                    spec.object("containerEdits"),
                                    device.object("containerEdits")));
                }
            }
        } catch (IOException | YamlException e) {
            LOG.log(
                    Level.WARNING,
                    "CDI specification not read file={0} error={1}",
                    file,
                    String.valueOf(e.getMessage()));
        }
        return found;
    }

    private static ContainerConfig edit(ContainerConfig config, String name, JsonObject edits)
            throws IOException {
        for (String each : edits.names()) {
            if (!KNOWN.contains(each)) {
                throw new IOException(
                        "CDI device injection failed: "
                                + name
                                + " asks for "
                                + each
                                + ", which needs containerd 2.0 or newer");
            }
        }
        List<EnvVar> envs = new ArrayList<>(config.envs());
        for (String each : edits.array("env").strings()) {
            String[] parts = each.split("=", 2);
            envs.add(new EnvVar(parts[0], parts.length == 2 ? parts[1] : ""));
        }
        List<Device> devices = new ArrayList<>(config.devices());
        for (JsonObject each : edits.array("deviceNodes").objects()) {
            String path = each.string("path");
            devices.add(
                    new Device(
                            path,
                            each.string("hostPath", path),
                            each.string("permissions", "rwm")));
        }
        List<Mount> mounts = new ArrayList<>(config.mounts());
        for (JsonObject each : edits.array("mounts").objects()) {
            boolean isReadOnly = each.array("options").strings().contains("ro");
            String from = each.string("hostPath");
            String to = each.string("containerPath");
            mounts.add(isReadOnly ? Mount.readOnly(from, to) : Mount.readWrite(from, to));
        }
        return config.withEnvs(envs).withDevices(devices).withMounts(mounts);
    }
}
