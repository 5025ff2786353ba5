package kat.dev.config;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Hooks of any step: items that are commands of the host, or name `host` or `container`.
final class HookReader {

    private HookReader() {}

    static Hooks read(JsonObject said) {
        return new Hooks(list(said.array("before")), list(said.array("after")));
    }

    static List<Hooks.Hook> list(JsonArray items) {
        List<Hooks.Hook> hooks = new ArrayList<>();
        for (JsonObject item : items.objects()) {
            if (item.has("container")) {
                JsonObject container = item.object("container");
                hooks.add(
                        new Hooks.InContainer(
                                Values.texts(container, "command"),
                                Values.text(container, "podName"),
                                Values.text(container, "containerName")));
            } else {
                JsonObject host = item.has("host") ? item.object("host") : item;
                hooks.add(
                        new Hooks.OnHost(
                                Values.texts(host, "command"),
                                Values.text(host, "dir"),
                                Values.texts(host, "os")));
            }
        }
        return List.copyOf(hooks);
    }
}
