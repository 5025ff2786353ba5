package kat.apiserver.admission;

import java.util.List;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Deciders;
import kat.apiserver.dynamic.DynamicAdmission;
import kat.apiserver.dynamic.Round;
import kat.apiserver.measure.AdmissionTimes;
import kat.apiserver.measure.AdmissionTimes.Step;
import kat.apiserver.measure.PodSecurityMetrics;
import kat.apiserver.registry.Admission;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer;
import kat.base.trace.Span;
import org.jspecify.annotations.Nullable;

/// The plug-ins in Kubernetes' order: first all that change, then all that only decide.
///
/// **Source:** `pkg/kubeapiserver/options/plugins.go`.
public final class Plugins implements Admission {

    private final List<Timed> plugins;
    private final DynamicAdmission dynamic;
    private final ResourceQuotas quotas;
    private final AdmissionTimes times;
    private final Step admitting;
    private final Step validating;

    /// A plug-in, and what is timed of it.
    ///
    /// @param admits null when it changes nothing
    /// @param validates null when it decides nothing
    private record Timed(
            String name, Plugin plugin, @Nullable Step admits, @Nullable Step validates) {}

    private Plugins(List<Timed> plugins, DynamicAdmission dynamic, ResourceQuotas quotas) {
        this.plugins = List.copyOf(plugins);
        this.dynamic = dynamic;
        this.quotas = quotas;
        this.times = dynamic.times();
        this.admitting = times.whole(AdmissionTimes.Type.ADMIT);
        this.validating = times.whole(AdmissionTimes.Type.VALIDATE);
    }

    /// Names plug-ins as Kubernetes does.
    private record Names(AdmissionTimes times) {

        Timed admits(String name, Plugin plugin) {
            return new Timed(name, plugin, times.controller(name, AdmissionTimes.Type.ADMIT), null);
        }

        Timed validates(String name, Plugin plugin) {
            return new Timed(
                    name, plugin, null, times.controller(name, AdmissionTimes.Type.VALIDATE));
        }

        Timed both(String name, Plugin plugin) {
            return new Timed(
                    name,
                    plugin,
                    times.controller(name, AdmissionTimes.Type.ADMIT),
                    times.controller(name, AdmissionTimes.Type.VALIDATE));
        }
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
        Names as = new Names(dynamic.times());
        return new Plugins(
                List.of(
                        as.both("NamespaceLifecycle", new NamespaceLifecycle(lookup)),
                        as.both("LimitRanger", new LimitRanger(lookup)),
                        as.admits("ServiceAccount", new ServiceAccountPlugin(lookup, clock)),
                        as.both("NodeRestriction", new NodeRestriction(lookup)),
                        as.admits("TaintNodesByCondition", new TaintNodesByCondition()),
                        as.validates(
                                "PodSecurity",
                                new PodSecurity(lookup, new PodSecurityMetrics(dynamic.metrics()))),
                        as.both("Priority", new Priority(lookup)),
                        as.admits("DefaultTolerationSeconds", new DefaultTolerationSeconds()),
                        as.admits("DefaultStorageClass", new DefaultStorageClass(lookup)),
                        as.admits(
                                "StorageObjectInUseProtection", new StorageObjectInUseProtection()),
                        as.validates("PersistentVolumeClaimResize", new ClaimResize(lookup)),
                        as.both("RuntimeClass", new RuntimeClassPlugin(lookup)),
                        as.both("CertificateGuards", new CertificateGuards(authorizer)),
                        as.admits("DefaultIngressClass", new DefaultIngressClass(lookup)),
                        as.admits("PodTopologyLabels", new PodTopologyLabels(lookup)),
                        as.validates("PodResizeValidator", new PodResizeValidator(lookup)),
                        as.validates("DeviceAdministrators", new DeviceAdministrators(lookup)),
                        as.validates("ClaimStatusRights", new ClaimStatusRights(authorizer)),
                        as.admits("RoleEscalation", new RoleEscalation(lookup, deciders)),
                        as.validates("PolicyParameters", new PolicyParameters(lookup, authorizer))),
                dynamic,
                new ResourceQuotas(reader, resources, clock.ticker()));
    }

    /// What the plug-ins are called, in the order in which they are asked.
    List<String> names() {
        return plugins.stream().map(Timed::name).toList();
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        AdmissionTimes.Run run = times.begin(admitting, attributes.operation());
        try (Span _ = Span.start("Admit")) {
            Round round = new Round();
            JsonObject admitted = admit(attributes, object, round, run);
            if (round.again()) {
                admitted = admit(attributes, admitted, round, run);
            }
            if (attributes.part() == null) {
                for (Timed each : plugins) {
                    each.plugin().guard(attributes, admitted);
                }
            }
            run.end(false);
            return admitted;
        } catch (StatusException e) {
            run.end(true);
            throw e;
        }
    }

    private JsonObject admit(
            Attributes attributes, JsonObject object, Round round, AdmissionTimes.Run run) {
        boolean isWhole = attributes.part() == null;
        JsonObject admitted = object;
        for (Timed each : plugins) {
            Step step = each.admits();
            if (step != null) {
                run.at(step);
            }
            admitted =
                    isWhole
                            ? each.plugin().admit(attributes, admitted)
                            : each.plugin().admitPart(attributes, admitted);
        }
        return dynamic.admit(attributes, admitted, round, run);
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        AdmissionTimes.Run run = times.begin(validating, attributes.operation());
        try (Span _ = Span.start("Validate")) {
            if (attributes.part() == null) {
                for (Timed each : plugins) {
                    Step step = each.validates();
                    if (step != null) {
                        run.at(step);
                    }
                    each.plugin().validate(attributes, object);
                }
            }
            dynamic.validate(attributes, object, run);
            run.end(false);
        } catch (StatusException e) {
            run.end(true);
            throw e;
        }
    }

    @Override
    public List<Charge> charges(Attributes attributes, JsonObject object) {
        return quotas.charges(attributes, object);
    }
}
