package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.actions.Actions;
import kat.apiserver.actions.Reviews;
import kat.apiserver.fairness.Work;
import kat.apiserver.http.Answer;
import kat.apiserver.registry.Deleter;
import kat.apiserver.registry.Filters;
import kat.apiserver.registry.ListFailures;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.ProtobufForm;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WireForm;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;
import kat.client.DeleteOptions;
import kat.client.Patch;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Answers the verbs on objects and collections of every kind.
///
/// **Threads:** any; writes block.
final class ObjectEndpoint {

    /// Entries that a list may go through and count as brief.
    private static final int BRIEF_LIST = 500;

    private final Reader reader;
    private final Writer writer;
    private final Deleter deleter;
    private final Bodies bodies;
    private final Shapes shapes;
    private final Actions actions;
    private final Reviews reviews;
    private final LeaveToCreate leave;

    ObjectEndpoint(Engine engine, Bodies bodies, Shapes shapes) {
        this.reader = engine.reader();
        this.writer = engine.writer();
        this.deleter = engine.deleter();
        this.actions = engine.actions();
        this.reviews = engine.reviews();
        this.leave = engine.leave();
        this.bodies = bodies;
        this.shapes = shapes;
    }

    /// What reads and writes objects.
    record Engine(
            Reader reader,
            Writer writer,
            Deleter deleter,
            Actions actions,
            Reviews reviews,
            LeaveToCreate leave) {}

    void get(Call call, Resource resource) {
        if (call.query().flag("export")) {
            throw Status.badRequest(
                            "the export parameter, deprecated since v1.14, is no longer supported")
                    .asException();
        }
        long asked = ListOptions.versionOf(call.query());
        if (asked > reader.revision()) {
            throw ListFailures.tooLarge(resource.kind(), asked, reader.revision()).asException();
        }
        answer(call, resource, 200, reader.require(resource, key(call)), List.of());
    }

    private void answer(
            Call call, Resource resource, int code, Entry entry, List<String> warnings) {
        ProtobufForm protobuf = call.type().isPlainProtobuf() ? resource.protobuf() : null;
        if (protobuf != null) {
            call.tellBody(() -> resource.whole(entry));
            call.sendProtobuf(code, List.of(protobuf.whole(entry)), warnings);
        } else {
            answer(call, resource, code, resource.whole(entry), warnings);
        }
    }

    private void answer(
            Call call, Resource resource, int code, Outcome outcome, List<String> warnings) {
        Entry entry = outcome.entry();
        if (entry == null) {
            answer(call, resource, code, outcome.tree().toBytes(), warnings);
        } else {
            answer(call, resource, code, entry, warnings);
        }
    }

    private void answer(
            Call call, Resource resource, int code, byte[] object, List<String> warnings) {
        byte[] shaped =
                call.type().as().isEmpty()
                        ? object
                        : shapes.object(call, resource, new KubeObject(tree(object)));
        call.sendJson(code, shaped, warnings);
    }

    private static byte[] whole(List<byte[]> parts) {
        return new Answer(Answer.OK, Answer.JSON, List.of(), parts).joined();
    }

    private static JsonObject tree(byte[] object) {
        return (JsonObject) Json.parse(object);
    }

    static ObjectKey key(Call call) {
        return new ObjectKey(call.info().namespace(), call.info().name());
    }

    /// Whether a list goes through many entries, as far as it is known from lists before.
    boolean listTakesLong(Call call, Resource resource) {
        boolean cut =
                !call.query().get("limit").isEmpty()
                        && call.query().get("labelSelector").isEmpty()
                        && call.query().get("fieldSelector").isEmpty();
        return !cut && reader.seen(resource, call.info().namespace()).entries() > BRIEF_LIST;
    }

    /// What a list, or the first events of a watch, are likely to cost.
    Work workOfList(Call call, Resource resource) {
        String namespace = call.info().namespace();
        if (!call.info().name().isEmpty()) {
            return Work.ONE;
        }
        Reader.Size size = reader.seen(resource, namespace);
        return Work.ofList(size.entries(), size.bytes(), limit(call.query().get("limit")));
    }

    /// 0 for none, and for what is refused later.
    private static long limit(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }

    void list(Call call, Resource resource) {
        ListOptions options = ListOptions.of(call.query(), false);
        Predicate<KubeObject> filter =
                Filters.of(resource, options.labelSelector(), options.fieldSelector());
        Reader.Query query = query(call, resource, options, filter);
        Reader.Page page;
        try {
            page = reader.page(resource, query);
        } catch (StatusException e) {
            if (!e.is("Expired") || query.startKey().isEmpty()) {
                throw e;
            }
            String rest = new ContinueToken(ContinueToken.NEWEST, query.startKey()).encode();
            call.send(Answers.expiredToken(call.request(), rest));
            return;
        }
        String token = token(page);
        ProtobufForm protobuf = call.type().isPlainProtobuf() ? resource.protobuf() : null;
        if (protobuf != null) {
            call.tellBody(() -> whole(WireForm.list(resource, page, token, page.remaining())));
            call.sendProtobuf(200, protobuf.list(page, token), List.of());
            return;
        }
        if (call.type().as().isEmpty()) {
            List<byte[]> parts = WireForm.list(resource, page, token, page.remaining());
            call.sendJson(200, parts, List.of());
        } else {
            call.sendJson(200, shapes.list(call, resource, page, token), List.of());
        }
    }

    /// Where the next page begins; empty behind the last.
    private static String token(Reader.Page page) {
        return page.next().isEmpty()
                ? ""
                : new ContinueToken(page.revision(), page.next()).encode();
    }

    private Reader.Query query(
            Call call,
            Resource resource,
            ListOptions options,
            @Nullable Predicate<KubeObject> filter) {
        String namespace = call.info().namespace();
        // any version is answered whole
        int limit = options.version().equals("0") ? 0 : options.limit();
        if (!options.continueToken().isEmpty()) {
            ContinueToken token = ContinueToken.decode(options.continueToken());
            if (options.hasVersion() && !options.version().equals("0")) {
                throw Status.badRequest(
                                "specifying resource version is not allowed when using continue")
                        .asException();
            }
            return new Reader.Query(
                    namespace, filter, limit, Math.max(0, token.revision()), token.start());
        }
        long revision = options.revision();
        if (revision > reader.revision()) {
            throw ListFailures.tooLarge(resource.kind(), revision, reader.revision()).asException();
        }
        boolean exact =
                options.match().equals("Exact")
                        || (options.match().isEmpty() && options.limit() > 0 && revision > 0);
        return new Reader.Query(namespace, filter, limit, exact ? revision : 0, "");
    }

    void create(Call call, Resource resource) {
        WriteCall write = call.write();
        Bodies.requireForm(call);
        WriteOptionsCheck.check(call.query(), "CreateOptions");
        JsonObject object = bodies.object(call, resource, write);
        call.tellSent(object, sent -> writer.defaulted(resource, sent));
        requireNamespace(call, resource, object);
        Outcome outcome = writer.create(resource, call.info().namespace(), object, write);
        answer(call, resource, 201, outcome, write.warnings());
    }

    /// Binds the pod that has the name of a binding, which is kept nowhere itself.
    void bind(Call call, Resource bindings, Resource pods) {
        WriteCall write = call.write().below("binding");
        Bodies.requireForm(call);
        WriteOptionsCheck.check(call.query(), "CreateOptions");
        JsonObject binding = bodies.object(call, bindings, write);
        call.tellSent(binding, sent -> sent);
        requireNamespace(call, bindings, binding);
        String name = binding.object("metadata").string("name");
        Target pod = new Target(pods, new ObjectKey(call.info().namespace(), name));
        JsonObject answer = actions.create(pod, binding, call.user(), write);
        call.sendJson(201, answer, write.warnings());
    }

    void review(Call call, Resource resource) {
        WriteCall write = call.write();
        JsonObject read = bodies.object(call, resource, write);
        // a namespace in an object of a kind without namespaces is dropped
        JsonObject sent =
                resource.kind().namespaced() ? read : read.withoutAt("metadata", "namespace");
        requireNamespace(call, resource, sent);
        call.tellSent(sent, object -> writer.defaulted(resource, object));
        JsonObject asked = actions.review(resource, call.info().namespace(), sent, write);
        JsonObject answer =
                reviews.answer(resource, call.info().namespace(), asked, call.user(), write);
        call.sendJson(201, answer.toBytes(), write.warnings());
    }

    private static void requireNamespace(Call call, Resource resource, JsonObject object) {
        String inside = object.object("metadata").string("namespace");
        String outside = call.info().namespace();
        // a namespace in an object of a kind without namespaces is dropped
        boolean asks = resource.kind().namespaced() && !inside.isEmpty() && !outside.isEmpty();
        if (asks && !inside.equals(outside)) {
            throw Status.badRequest(
                            "the namespace of the provided object does not match the namespace"
                                    + " sent on the request")
                    .asException();
        }
    }

    void update(Call call, Resource resource) {
        WriteCall write = leave.begin(call);
        Bodies.requireForm(call);
        WriteOptionsCheck.check(call.query(), "UpdateOptions");
        JsonObject object = bodies.object(call, resource, write);
        call.tellSent(object, sent -> writer.defaulted(resource, sent));
        requireNamespace(call, resource, object);
        KubeObject wish = new KubeObject(object);
        Outcome outcome = actions.update(new Target(resource, key(call)), wish, write);
        answer(call, resource, outcome.created() ? 201 : 200, outcome, write.warnings());
    }

    void patch(Call call, Resource resource) {
        WriteCall write = leave.begin(call);
        WriteOptionsCheck.checkPatch(call.query(), Bodies.mediaType(call).equals(Patch.APPLY));
        Json patch = patchBody(call, resource, write);
        call.tellSentBody(patch);
        Outcome outcome =
                actions.patch(
                        new Target(resource, key(call)),
                        Bodies.mediaType(call),
                        patch,
                        call.query().flag("force"),
                        write);
        int code = outcome.created() ? 201 : 200;
        answer(call, resource, code, outcome, write.warnings());
    }

    /// A patch is read when its object is at hand, so that an absent one is told first.
    private Json patchBody(Call call, Resource resource, WriteCall write) {
        try {
            return Bodies.patch(call, write);
        } catch (StatusException e) {
            if (e.status().code() != 415 && !Bodies.mediaType(call).equals(Patch.APPLY)) {
                reader.require(resource, key(call));
            }
            throw e;
        }
    }

    void delete(Call call, Resource resource) {
        DeleteBody body = DeleteBody.of(call);
        WriteCall write = body.call(call);
        Target target = new Target(resource, key(call));
        DeleteOptions options = Deletions.defaulted(resource.kind(), body.options(), write);
        Outcome outcome = deleter.delete(target, options, write);
        if (outcome.removed() && !Kinds.answersDeleted(resource.kind())) {
            JsonObject success = Deletions.success(resource.kind(), outcome.tree());
            call.sendJson(200, success, write.warnings());
        } else {
            byte[] last =
                    outcome.removed()
                            ? Deletions.last(resource.kind(), outcome.tree()).toBytes()
                            : outcome.bytes(resource);
            // clients of old asked in this way to be told that something is still to be done
            boolean cascades =
                    body.sent().has("orphanDependents") && !body.sent().bool("orphanDependents");
            int code = cascades && !outcome.removed() ? 202 : 200;
            answer(call, resource, code, last, write.warnings());
        }
    }

    void deleteCollection(Call call, Resource resource) {
        ListOptions options = ListOptions.of(call.query(), false);
        DeleteBody body = DeleteBody.of(call);
        Predicate<KubeObject> filter =
                Filters.of(resource, options.labelSelector(), options.fieldSelector());
        Reader.Page page = reader.page(resource, query(call, resource, options, filter));
        WriteCall write = body.call(call).ofMany();
        DeleteOptions one = Deletions.defaulted(resource.kind(), body.options(), write);
        List<Entry> gone = new ArrayList<>();
        for (Entry entry : page.entries()) {
            KubeObject object = resource.object(entry);
            try {
                deleter.delete(new Target(resource, object.key()), one, write);
                gone.add(entry);
            } catch (StatusException e) {
                if (!e.is("NotFound")) {
                    throw e;
                }
            }
        }
        Reader.Page deleted = new Reader.Page(gone, reader.revision(), "", 0);
        String token = token(page);
        if (!call.type().as().isEmpty()) {
            call.sendJson(200, shapes.list(call, resource, deleted, token), write.warnings());
            return;
        }
        long remaining = token.isEmpty() ? 0 : page.remaining();
        call.sendJson(200, WireForm.list(resource, deleted, token, remaining), write.warnings());
    }
}
