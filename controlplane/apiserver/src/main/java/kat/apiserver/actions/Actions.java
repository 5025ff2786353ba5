package kat.apiserver.actions;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.schema.FieldValidation;
import kat.apiserver.admission.AgentRequests;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Agreement;
import kat.apiserver.registry.Intake;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;
import kat.client.Patch;

/// Every write but creation and deletion, for both ways into the API.
///
/// **Threads:** any; writes block.
public final class Actions {

    private final Writer writer;
    private final Patches patches;
    private final Intake intake;
    private final PodActions pods;
    private final Scales scales;
    private final TokenRequests tokens;
    private final PartAdmission admission;
    private final AgentRequests agents;

    public Actions(Writer writer, Patches patches, Intake intake, Below below) {
        this.writer = writer;
        this.patches = patches;
        this.intake = intake;
        this.pods = below.pods();
        this.scales = below.scales();
        this.tokens = below.tokens();
        this.admission = below.admission();
        this.agents = below.agents();
    }

    /// What lies below objects.
    public record Below(
            PodActions pods,
            Scales scales,
            TokenRequests tokens,
            PartAdmission admission,
            AgentRequests agents) {}

    /// Replaces an object or, with a subresource in the call, a part of it.
    public Outcome update(Target target, KubeObject wish, WriteCall call) {
        return call.subresource().equals("scale")
                ? scales.replace(target, wish, call)
                : writer.replace(target, wish, call);
    }

    private Outcome change(Target target, UnaryOperator<KubeObject> change, WriteCall call) {
        return call.subresource().equals("scale")
                ? scales.update(target, change, call)
                : writer.update(target, change, call);
    }

    /// Changes an object or, with a subresource in the call, a part of it.
    ///
    /// @throws kat.api.StatusException when the patch's type is not known or it does not apply
    public Outcome patch(
            Target target, String mediaType, Json patch, boolean force, WriteCall call) {
        if (mediaType.equals(Patch.APPLY)) {
            return apply(target, patch, force, call);
        }
        boolean whole = !call.subresource().equals("scale");
        UnaryOperator<KubeObject> change =
                live -> {
                    JsonObject patched =
                            patches.apply(target.resource(), live.tree(), mediaType, patch);
                    return new KubeObject(
                            whole
                                    ? read(target, mediaType, patch, patched, call)
                                    : readScale(mediaType, patch, patched, call));
                };
        return change(target, change, call);
    }

    private JsonObject read(
            Target target, String mediaType, Json patch, JsonObject patched, WriteCall call) {
        boolean ofTree = mediaType.equals(Patch.STRATEGIC);
        if (!ofTree) {
            requireType(target, patched, call);
        }
        String shown = ofTree ? GoText.of(patch) : patched.toString();
        return intake.readPatched(target.resource(), patched, call, ofTree, shown);
    }

    /// What a patch leaves must tell its type, and a custom resource's stays what it is.
    private static void requireType(Target target, JsonObject patched, WriteCall call) {
        Kind kind = target.kind();
        String version = patched.string("apiVersion");
        if (target.resource().custom() == null) {
            if (version.isEmpty() && call.validation() != FieldValidation.STRICT) {
                // without a version nothing else is known
                patched.without("apiVersion").without("kind").names().stream()
                        .filter(_ -> call.validation() == FieldValidation.WARN)
                        .forEach(field -> call.warn("unknown field \"" + field + "\""));
                Agreement.requireName(target.name(), "");
            }
            return;
        }
        String name = patched.string("kind");
        List<Status.Cause> faults = new ArrayList<>();
        differs("kind", name, kind.kind(), faults);
        differs("apiVersion", version, kind.apiVersion(), faults);
        if (!faults.isEmpty() && !name.isEmpty() && !version.isEmpty()) {
            int slash = version.indexOf('/');
            String group = slash < 0 ? "" : version.substring(0, slash);
            throw Status.invalid(group, name, target.name(), faults).asException();
        }
    }

    private static void differs(
            String field, String given, String meant, List<Status.Cause> faults) {
        if (!given.equals(meant)) {
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + Json.of(given) + ": must be " + meant,
                            field));
        }
    }

    private JsonObject readScale(String mediaType, Json patch, JsonObject patched, WriteCall call) {
        boolean ofTree = mediaType.equals(Patch.STRATEGIC);
        String shown = ofTree ? GoText.of(patch) : patched.toString();
        return intake.readPatched(intake.body(Scales.SCALE), patched, call, ofTree, shown);
    }

    private Outcome apply(Target target, Json patch, boolean force, WriteCall call) {
        if (!(patch instanceof JsonObject) && !(patch instanceof JsonNull)) {
            throw Status.badRequest(
                            "error decoding YAML: error unmarshaling JSON: while decoding JSON:"
                                    + " json: cannot unmarshal "
                                    + patch.typeName()
                                    + " into Go value of type map[string]interface {}")
                    .asException();
        }
        JsonObject wish = patch instanceof JsonObject object ? object : JsonObject.EMPTY;
        return call.subresource().equals("scale")
                ? scales.apply(target, new KubeObject(wish), force, call)
                : writer.apply(target, new KubeObject(wish), force, call, UnaryOperator.identity());
    }

    /// Creates what lies below an object: the subresource is in the call.
    ///
    /// @return the answer's body
    public JsonObject create(Target target, JsonObject body, User user, WriteCall call) {
        agents.check(target, call.subresource(), body, user);
        JsonObject admitted = admission.admit(target, JsonObject.EMPTY, body, call);
        return switch (call.subresource()) {
            case "binding" -> pods.bind(target, admitted, call);
            case "token" -> tokens.answer(target, admitted, call);
            case "eviction" -> pods.evict(target, admitted, call);
            default -> throw NoSuch.subresource();
        };
    }

    /// Asks whether the stream that is named in the call may be opened.
    ///
    /// @param options what was asked for
    /// @throws kat.api.StatusException when it may not
    public void connect(Target target, JsonObject options, WriteCall call) {
        admission.connect(target, options, call);
    }

    /// A review with what admission changes.
    ///
    /// @throws kat.api.StatusException when it may not be made
    public JsonObject review(
            Resource resource, String namespace, JsonObject asked, WriteCall call) {
        return admission.review(resource, namespace, asked, call);
    }
}
