package kat.apiserver.actions;

import java.util.List;
import kat.api.Kind;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer.Target;

/// Admission of what is sent and not stored as it is: to subresources that take another kind than
/// their resource, and for a review.
///
/// **Threads:** any; blocks while webhooks are asked.
public final class PartAdmission {

    private final Admission admission;

    public PartAdmission(Admission admission) {
        this.admission = admission;
    }

    /// The kind that a subresource takes.
    ///
    /// @throws kat.api.StatusException when there is no such subresource
    public static Kind kindOf(Kind kind, String subresource) {
        for (Kind.Subresource part : kind.subresources()) {
            if (part.name().equals(subresource)) {
                return kindOf(part);
            }
        }
        throw NoSuch.subresource();
    }

    public static Kind kindOf(Kind.Subresource part) {
        return new Kind(
                part.group(),
                part.version(),
                part.kind(),
                part.name(),
                part.name(),
                true,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                schemaOf(part));
    }

    private static String schemaOf(Kind.Subresource part) {
        String group = part.group();
        int dot = group.indexOf('.');
        String folder = group.isEmpty() ? "core" : dot < 0 ? group : group.substring(0, dot);
        return "io.k8s.api." + folder + "." + part.version() + "." + part.kind();
    }

    /// What is sent to a subresource, with what admission changes.
    ///
    /// @param live what is there before; empty for nothing
    JsonObject admit(Target target, JsonObject live, JsonObject sent, WriteCall call) {
        Kind part = kindOf(target.kind(), call.subresource());
        Operation operation = live.isEmpty() ? Operation.CREATE : Operation.UPDATE;
        return admitted(
                new Attributes(operation, target.resource(), target, live, call, part), sent);
    }

    /// Asks whether a stream may be opened.
    ///
    /// @param options what was asked for
    void connect(Target target, JsonObject options, WriteCall call) {
        Kind part = kindOf(target.kind(), call.subresource());
        admitted(
                new Attributes(
                        Operation.CONNECT, target.resource(), target, JsonObject.EMPTY, call, part),
                options);
    }

    /// A review, with what admission changes.
    JsonObject review(Resource resource, String namespace, JsonObject asked, WriteCall call) {
        String name = asked.object("metadata").string("name");
        Target target = new Target(resource, new ObjectKey(namespace, name));
        return admitted(
                new Attributes(
                        Operation.CREATE,
                        resource,
                        target,
                        JsonObject.EMPTY,
                        call,
                        resource.kind()),
                asked);
    }

    private JsonObject admitted(Attributes attributes, JsonObject sent) {
        JsonObject admitted = admission.admit(attributes, sent);
        admission.validate(attributes, admitted);
        return admitted;
    }
}
