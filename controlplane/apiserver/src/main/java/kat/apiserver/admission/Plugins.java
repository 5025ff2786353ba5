package kat.apiserver.admission;

import java.util.List;
import kat.api.json.JsonObject;
import kat.apiserver.auth.RbacAuthorizer;
import kat.apiserver.registry.Admission;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;

/// The plug-ins in Kubernetes' order: first all that change, then all that only decide.
///
/// **Source:** `pkg/kubeapiserver/options/plugins.go`.
public final class Plugins implements Admission {

    private final List<Plugin> plugins;

    Plugins(List<Plugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    /// Those that are always on.
    public static Plugins standard(Reader reader, Resources resources, RbacAuthorizer authorizer) {
        Lookup lookup = new Lookup(reader, resources);
        return new Plugins(
                List.of(
                        new NamespaceLifecycle(lookup),
                        new ServiceAccountPlugin(lookup),
                        new PodSecurity(lookup),
                        new TaintNodesByCondition(),
                        new Priority(lookup),
                        new DefaultTolerationSeconds(),
                        new RoleEscalation(lookup, authorizer),
                        new StorageObjectInUseProtection(),
                        new RuntimeClassPlugin(lookup),
                        new LimitRanger(lookup)));
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        JsonObject admitted = object;
        for (Plugin plugin : plugins) {
            admitted = plugin.admit(attributes, admitted);
        }
        return admitted;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        for (Plugin plugin : plugins) {
            plugin.validate(attributes, object);
        }
    }
}
