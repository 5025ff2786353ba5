package kat.apiserver.aggregation;

import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Where a group's version is served by another server.
///
/// @param caBundle certificates in base64 of PEM; empty for those that the machine trusts
/// @param isAvailable whether the last look found the other server well
/// @param resources the other server's APIResourceList; empty until it was seen
public record Route(
        String group,
        String version,
        int groupPriority,
        int versionPriority,
        Service service,
        String caBundle,
        boolean insecure,
        boolean isAvailable,
        JsonObject resources) {

    /// The Service in front of the other server.
    public record Service(String namespace, String name, int port) {

        /// The name in the other server's certificate.
        String host() {
            return name + "." + namespace + ".svc";
        }
    }

    /// @param service an APIService that names a Service
    static Route of(KubeObject service, boolean isAvailable, JsonObject resources) {
        JsonObject spec = service.spec();
        JsonObject at = spec.object("service");
        return new Route(
                spec.string("group"),
                spec.string("version"),
                (int) spec.integer("groupPriorityMinimum", 0),
                (int) spec.integer("versionPriority", 0),
                new Service(
                        at.string("namespace"), at.string("name"), (int) at.integer("port", 443)),
                spec.string("caBundle"),
                spec.bool("insecureSkipTLSVerify"),
                isAvailable,
                resources);
    }

    String groupVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// The path that every server of this version answers.
    String root() {
        return (group.isEmpty() ? "/api/" : "/apis/") + groupVersion();
    }
}
