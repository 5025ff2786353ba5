package kat.kubelet.spec;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.cri.EnvVar;
import org.jspecify.annotations.Nullable;

/// The environment of one container, and its command with the references expanded.
///
/// **Source:** `makeEnvironmentVariables` in `pkg/kubelet/kubelet_pods.go`.
public final class Environment {

    private static final Logger LOG = System.getLogger("kat.kubelet.spec");

    private final Map<String, String> variables = new LinkedHashMap<>();
    private final DownwardApi downward;
    private final ObjectSource objects;
    private final Map<String, Path> volumes;

    private Environment(DownwardApi downward, ObjectSource objects, Map<String, Path> volumes) {
        this.downward = downward;
        this.objects = objects;
        this.volumes = volumes;
    }

    /// @param services by [ServiceVariables]
    /// @param volumes paths of the pod's volumes by name, for variables that lie in files
    /// @throws ConfigFault when something that is named and not optional is missing
    public static Environment of(
            JsonObject container,
            Map<String, String> services,
            DownwardApi downward,
            ObjectSource objects,
            Map<String, Path> volumes)
            throws ConfigFault {
        Environment environment = new Environment(downward, objects, volumes);
        for (JsonObject source : container.array("envFrom").objects()) {
            environment.addAll(source);
        }
        for (JsonObject entry : container.array("env").objects()) {
            environment.add(entry, container, services);
        }
        services.forEach(environment.variables::putIfAbsent);
        return environment;
    }

    public List<EnvVar> variables() {
        List<EnvVar> list = new ArrayList<>();
        variables.forEach((name, value) -> list.add(new EnvVar(name, value)));
        return list;
    }

    /// Each text with its `$(NAME)` references replaced.
    public List<String> expand(List<String> texts) {
        return texts.stream().map(text -> Expansion.expand(text, variables)).toList();
    }

    public String expand(String text) {
        return Expansion.expand(text, variables);
    }

    private void addAll(JsonObject source) throws ConfigFault {
        for (String kind : List.of("configMapRef", "secretRef")) {
            JsonObject reference = source.object(kind);
            if (reference.isEmpty()) {
                continue;
            }
            boolean secret = kind.equals("secretRef");
            KubeObject found = find(secret, reference);
            if (found != null) {
                for (Map.Entry<String, String> entry :
                        found.tree().object("data").strings().entrySet()) {
                    String value = secret ? decode(entry.getValue()) : entry.getValue();
                    variables.put(source.string("prefix") + entry.getKey(), value);
                }
            }
        }
    }

    private void add(JsonObject entry, JsonObject container, Map<String, String> services)
            throws ConfigFault {
        String name = entry.string("name");
        JsonObject from = entry.object("valueFrom");
        if (from.isEmpty()) {
            Map<String, String> known = new LinkedHashMap<>(services);
            known.putAll(variables);
            variables.put(name, Expansion.expand(entry.string("value"), known));
            return;
        }
        String value = null;
        if (from.has("fieldRef")) {
            value = downward.field(from.object("fieldRef").string("fieldPath"));
        } else if (from.has("resourceFieldRef")) {
            value = downward.resource(from.object("resourceFieldRef"), container);
        } else if (from.has("configMapKeyRef")) {
            value = key(false, from.object("configMapKeyRef"));
        } else if (from.has("secretKeyRef")) {
            value = key(true, from.object("secretKeyRef"));
        } else if (from.has("fileKeyRef")) {
            value = fileKey(from.object("fileKeyRef"));
        }
        if (value != null) {
            variables.put(name, value);
        }
    }

    private @Nullable String key(boolean secret, JsonObject reference) throws ConfigFault {
        KubeObject found = find(secret, reference);
        if (found == null) {
            return null;
        }
        String key = reference.string("key");
        JsonObject data = found.tree().object("data");
        if (data.has(key)) {
            return secret ? decode(data.string(key)) : data.string(key);
        }
        if (reference.bool("optional")) {
            return null;
        }
        throw new ConfigFault(
                "couldn't find key "
                        + key
                        + " in "
                        + (secret ? "Secret " : "ConfigMap ")
                        + found.namespace()
                        + "/"
                        + found.name());
    }

    /// An empty value counts as missing, and a missing file is a fault even of an optional one.
    private @Nullable String fileKey(JsonObject reference) throws ConfigFault {
        String key = reference.string("key");
        Path volume = volumes.get(reference.string("volumeName"));
        if (volume == null) {
            throw new ConfigFault(
                    "cannot find the volume \""
                            + reference.string("volumeName")
                            + "\" referenced by FileKeyRef");
        }
        Path file;
        String value;
        try {
            file = EnvFile.find(volume, reference.string("path"));
            value = EnvFile.value(volume, file, key);
        } catch (IOException e) {
            // The status says only that it failed, as in Kubernetes; why is told here.
            LOG.log(
                    Level.WARNING,
                    "env file not parsed pod={0} error={1}",
                    downward.pod().key(),
                    String.valueOf(e));
            throw new ConfigFault("couldn't parse env file");
        }
        if (!value.isEmpty()) {
            return value;
        }
        if (reference.bool("optional")) {
            return null;
        }
        throw new ConfigFault(
                "environment variable key \"" + key + "\" not found in file \"" + file + "\"");
    }

    private @Nullable KubeObject find(boolean secret, JsonObject reference) throws ConfigFault {
        Kind kind = secret ? Kinds.SECRET : Kinds.CONFIG_MAP;
        String name = reference.string("name");
        KubeObject found = objects.find(kind, ObjectKey.of(downward.pod().namespace(), name));
        if (found == null && !reference.bool("optional")) {
            throw new ConfigFault(
                    (secret ? "secret" : "configmap") + " \"" + name + "\" not found");
        }
        return found;
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
