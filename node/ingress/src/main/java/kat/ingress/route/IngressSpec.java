package kat.ingress.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What is read of an Ingress, once a version.
///
/// @param fallback the backend for what no rule matches; null for none
/// @param problems with its annotations
record IngressSpec(
        List<Path> paths,
        @Nullable Backend fallback,
        List<Tls> tls,
        Settings settings,
        List<Problem> problems) {

    /// @param host lower case; empty for every host; may begin with `*.`
    /// @param type `Exact`, `Prefix` or `ImplementationSpecific`
    record Path(String host, String path, String type, Backend backend) {}

    /// @param service empty when a resource is named instead
    /// @param port its number or name
    /// @param resource `kind/name`, empty when a Service is named
    record Backend(String service, String port, String resource) {}

    /// @param hosts lower case
    /// @param secret empty for none
    record Tls(List<String> hosts, String secret) {
        Tls {
            hosts = List.copyOf(hosts);
        }
    }

    IngressSpec {
        paths = List.copyOf(paths);
        tls = List.copyOf(tls);
        problems = List.copyOf(problems);
    }

    static IngressSpec of(KubeObject ingress) {
        return ingress.view(IngressSpec.class, IngressSpec::parse);
    }

    private static IngressSpec parse(KubeObject ingress) {
        Annotations annotations = new Annotations(ingress.annotations());
        Settings settings = new SettingsReader(annotations, ingress.namespace()).read();
        JsonObject spec = ingress.spec();
        List<Path> paths = new ArrayList<>();
        for (JsonObject rule : spec.array("rules").objects()) {
            String host = rule.string("host").toLowerCase(Locale.ROOT);
            for (JsonObject path : rule.object("http").array("paths").objects()) {
                paths.add(
                        new Path(
                                host,
                                path.string("path"),
                                path.string("pathType", "ImplementationSpecific"),
                                backend(path.object("backend"))));
            }
        }
        List<Tls> tls = new ArrayList<>();
        for (JsonObject entry : spec.array("tls").objects()) {
            List<String> hosts =
                    entry.array("hosts").strings().stream()
                            .map(host -> host.toLowerCase(Locale.ROOT))
                            .toList();
            tls.add(new Tls(hosts, entry.string("secretName")));
        }
        JsonObject fallback = spec.object("defaultBackend");
        return new IngressSpec(
                paths,
                fallback.isEmpty() ? null : backend(fallback),
                tls,
                settings,
                annotations.finish());
    }

    private static Backend backend(JsonObject backend) {
        JsonObject service = backend.object("service");
        JsonObject port = service.object("port");
        long number = port.integer("number", 0);
        JsonObject resource = backend.object("resource");
        return new Backend(
                service.string("name"),
                number > 0 ? Long.toString(number) : port.string("name"),
                resource.isEmpty() ? "" : resource.string("kind") + "/" + resource.string("name"));
    }
}
