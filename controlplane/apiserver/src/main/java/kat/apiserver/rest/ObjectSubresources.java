package kat.apiserver.rest;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.actions.Actions;
import kat.apiserver.actions.PartAdmission;
import kat.apiserver.actions.Scales;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer.Target;
import kat.apiserver.streaming.NodeStreams;
import kat.base.Ticker;
import kat.client.Patch;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Answers requests below an object that read or write a part of it.
final class ObjectSubresources implements Subresources {

    private final Reader reader;
    private final Actions actions;
    private final Bodies bodies;
    private final LeaveToCreate leave;
    private final NodeStreams streams;
    private final Ticker ticker;
    private final Shapes shapes;

    ObjectSubresources(
            ObjectEndpoint.Engine engine, Bodies bodies, NodeStreams streams, Ticker ticker) {
        this.streams = streams;
        this.ticker = ticker;
        this.shapes = new PartialShapes(ticker);
        this.reader = engine.reader();
        this.actions = engine.actions();
        this.leave = engine.leave();
        this.bodies = bodies;
    }

    @Override
    public void handle(Call call, Resource resource) {
        Kind.Subresource part = find(resource.kind(), call.info().subresource());
        boolean custom = resource.custom() != null;
        if (part == null) {
            throw custom
                    ? Status.notFound(resource.kind(), call.info().name()).asException()
                    : Answers.noSuchResource().asException();
        }
        String verb = call.info().verb();
        if (!part.verbs().contains(verb)) {
            throw custom
                    ? ServedPaths.unknownVerb(call.info(), resource.kind())
                    : Answers.methodNotAllowed().asException();
        }
        Target target = new Target(resource, ObjectEndpoint.key(call));
        if (resource.kind() == Kinds.POD && NodeStreams.handles(part.name())) {
            NodeStreams.requireOptions(part.name(), target.name(), call.query()::all);
            if (!part.name().equals("log")) {
                JsonObject asked =
                        ConnectOptions.of(PartAdmission.kindOf(part), call.query()::all, "");
                actions.connect(target, asked, call.write());
                leave.requireForStream(call, resource.kind());
            }
            KubeObject pod = resource.object(reader.require(resource, target.key()));
            streams.handle(
                    new NodeStreams.Ask(
                            call.exchange(), call.query()::all, part.name(), pod, ticker.now()));
            return;
        }
        boolean scale = part.name().equals("scale");
        switch (verb) {
            case "get" -> get(call, target, scale);
            case "create" -> create(call, target, part);
            case "update" -> update(call, target, part);
            case "patch" -> patch(call, target, scale);
            default -> throw Answers.methodNotAllowed().asException();
        }
    }

    private static Kind.@Nullable Subresource find(Kind kind, String name) {
        for (Kind.Subresource part : kind.subresources()) {
            if (part.name().equals(name)) {
                return part;
            }
        }
        return null;
    }

    private void get(Call call, Target target, boolean scale) {
        Entry entry = reader.require(target.resource(), target.key());
        if (scale || !call.type().as().isEmpty()) {
            KubeObject object = target.resource().object(entry);
            call.sendJson(200, shaped(call, target, object, scale), List.of());
        } else {
            call.sendJson(200, target.resource().whole(entry), List.of());
        }
    }

    private byte[] shaped(Call call, Target target, KubeObject object, boolean scale) {
        if (!scale) {
            return shapes.object(call, target.resource(), object);
        }
        JsonObject part = Scales.of(target.resource(), object);
        return call.type().as().isEmpty() ? part.toBytes() : shapes.part(call, Scales.SCALE, part);
    }

    private void create(Call call, Target target, Kind.Subresource part) {
        WriteCall write = call.write();
        Bodies.requireForm(call);
        WriteOptionsCheck.check(call.query(), "CreateOptions");
        JsonObject body = bodies.object(call, PartAdmission.kindOf(part), write);
        call.tellSent(body, sent -> sent);
        JsonObject answer = actions.create(target, body, call.user(), write);
        call.sendJson(201, answer, write.warnings());
    }

    private void update(Call call, Target target, Kind.Subresource part) {
        WriteCall write = leave.begin(call);
        Bodies.requireForm(call);
        WriteOptionsCheck.check(call.query(), "UpdateOptions");
        boolean own = part.name().equals("status");
        JsonObject body =
                own
                        ? bodies.object(call, target.resource(), write)
                        : bodies.object(call, PartAdmission.kindOf(part), write);
        call.tellSent(body, sent -> sent);
        KubeObject wish = new KubeObject(body);
        Outcome outcome = actions.update(target, wish, write);
        answer(call, target, outcome, part.name().equals("scale"), write);
    }

    private void patch(Call call, Target target, boolean scale) {
        WriteCall write = leave.begin(call);
        WriteOptionsCheck.checkPatch(call.query(), Bodies.mediaType(call).equals(Patch.APPLY));
        Json patch = Bodies.patch(call, write);
        call.tellSentBody(patch);
        Outcome outcome =
                actions.patch(
                        target, Bodies.mediaType(call), patch, call.query().flag("force"), write);
        answer(call, target, outcome, scale, write);
    }

    private void answer(Call call, Target target, Outcome outcome, boolean scale, WriteCall write) {
        byte[] body =
                scale || !call.type().as().isEmpty()
                        ? shaped(call, target, outcome.object(target.resource()), scale)
                        : outcome.bytes(target.resource());
        call.sendJson(outcome.created() ? 201 : 200, body, write.warnings());
    }
}
