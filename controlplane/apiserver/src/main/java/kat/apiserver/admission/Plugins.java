package kat.apiserver.admission;

import java.util.List;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Deciders;
import kat.apiserver.dynamic.DynamicAdmission;
import kat.apiserver.dynamic.Round;
import kat.apiserver.registry.Admission;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer;

/// The plug-ins in Kubernetes' order: first all that change, then all that only decide.
///
/// **Source:** `pkg/kubeapiserver/options/plugins.go`.
public final class Plugins implements Admission {

    private final List<Plugin> plugins;
    private final DynamicAdmission dynamic;
    private final ResourceQuotas quotas;

    Plugins(List<Plugin> plugins, DynamicAdmission dynamic, ResourceQuotas quotas) {
        this.plugins = List.copyOf(plugins);
        this.dynamic = dynamic;
        this.quotas = quotas;
    }

    /// Those that are always on.
    ///
    /// @param deciders asked by those plug-ins that ask for permissions of their own
    /// @param clock names what is added to pods, and tells when they stop to count
    /// @param dynamic comes after all others but the quotas
    public static Plugins standard(
            Reader reader,
            Resources resources,
            Deciders deciders,
            Writer.Clock clock,
            DynamicAdmission dynamic) {
        Authorizer authorizer = deciders.authorizer();
        Lookup lookup = new Lookup(reader, resources);
        return new Plugins(
                List.of(
                        new NamespaceLifecycle(lookup),
                        new LimitRanger(lookup),
                        new ServiceAccountPlugin(lookup, clock.names()),
                        new NodeRestriction(lookup),
                        new TaintNodesByCondition(),
                        new PodSecurity(lookup),
                        new Priority(lookup),
                        new DefaultTolerationSeconds(),
                        new DefaultStorageClass(lookup),
                        new StorageObjectInUseProtection(),
                        new ClaimResize(lookup),
                        new PodResizeValidator(lookup),
                        new RuntimeClassPlugin(lookup),
                        new CertificateGuards(authorizer),
                        new DefaultIngressClass(lookup),
                        new PodTopologyLabels(lookup),
                        new DeviceAdministrators(lookup),
                        new RoleEscalation(lookup, deciders),
                        new PolicyParameters(lookup, authorizer)),
                dynamic,
                new ResourceQuotas(reader, resources, clock.ticker()));
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        Round round = new Round();
        JsonObject admitted = admit(attributes, object, round);
        if (round.again()) {
            admitted = admit(attributes, admitted, round);
        }
        if (attributes.part() == null) {
            for (Plugin plugin : plugins) {
                plugin.guard(attributes, admitted);
            }
        }
        return admitted;
    }

    private JsonObject admit(Attributes attributes, JsonObject object, Round round) {
        boolean isWhole = attributes.part() == null;
        JsonObject admitted = object;
        for (Plugin plugin : plugins) {
            admitted =
                    isWhole
                            ? plugin.admit(attributes, admitted)
                            : plugin.admitPart(attributes, admitted);
        }
        return dynamic.admit(attributes, admitted, round);
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (attributes.part() == null) {
            for (Plugin plugin : plugins) {
                plugin.validate(attributes, object);
            }
        }
        dynamic.validate(attributes, object);
    }

    @Override
    public List<Charge> charges(Attributes attributes, JsonObject object) {
        return quotas.charges(attributes, object);
    }
}
