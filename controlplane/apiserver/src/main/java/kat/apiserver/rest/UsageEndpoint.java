package kat.apiserver.rest;

import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.apiserver.pace.Turn;
import kat.apiserver.usage.Usage;

/// Answers `metrics.k8s.io`, which is read only and kept nowhere.
final class UsageEndpoint {

    private final Usage usage;

    UsageEndpoint(Usage usage) {
        this.usage = usage;
    }

    static boolean handles(RequestInfo info) {
        return info.group().equals(Usage.GROUP) && info.version().equals(Usage.VERSION);
    }

    void handle(Call call) {
        RequestInfo info = call.info();
        Kind kind = kind(info);
        if (info.isMisplaced(kind)) {
            throw Answers.noSuchResource().asException();
        }
        if (!info.verb().equals("get") && !info.verb().equals("list")) {
            throw Answers.methodNotAllowed().asException();
        }
        Turn.waits(); // nodes are asked
        List<KubeObject> all = kind.namespaced() ? usage.ofPods(info.namespace()) : usage.ofNodes();
        JsonObject answer =
                info.name().isEmpty() ? list(call, kind, all) : one(kind, info.name(), all);
        call.sendJson(200, answer);
    }

    private static Kind kind(RequestInfo info) {
        for (Kind kind : Usage.KINDS) {
            if (kind.plural().equals(info.resource()) && info.subresource().isEmpty()) {
                return kind;
            }
        }
        throw Answers.noSuchResource().asException();
    }

    private static JsonObject list(Call call, Kind kind, List<KubeObject> all) {
        LabelSelector selector = LabelSelector.parse(call.query().get("labelSelector"));
        return JsonObject.builder()
                .put("kind", kind.listKind())
                .put("apiVersion", kind.apiVersion())
                .put("metadata", JsonObject.EMPTY)
                .put(
                        "items",
                        new JsonArray(
                                all.stream()
                                        .filter(each -> selector.matches(each.labels()))
                                        .<Json>map(KubeObject::tree)
                                        .toList()))
                .build();
    }

    private static JsonObject one(Kind kind, String name, List<KubeObject> all) {
        for (KubeObject each : all) {
            if (each.name().equals(name)) {
                return each.tree();
            }
        }
        throw Status.notFound(kind, name).asException();
    }
}
