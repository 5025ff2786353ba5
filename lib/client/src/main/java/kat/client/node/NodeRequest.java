package kat.client.node;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request to a node's agent, taken apart.
///
/// @param path the parts between slashes, decoded; a slash at the end gives an empty last one
/// @param query the values of each parameter, in order
public record NodeRequest(String method, List<String> path, Map<String, List<String>> query) {

    public NodeRequest {
        path = List.copyOf(path);
        query = new LinkedHashMap<>(query);
    }

    /// @param target path and query, as they were sent
    public static NodeRequest of(String method, String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        List<String> parts = new ArrayList<>();
        for (String part : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            parts.add(decode(part.replace("+", "%2B")));
        }
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : mark < 0 ? new String[0] : target.substring(mark + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!name.isEmpty()) {
                query.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
            }
        }
        return new NodeRequest(method, parts, query);
    }

    /// What cannot be decoded is left as it is.
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /// The path with single slashes, decoded.
    public String plainPath() {
        return "/" + String.join("/", path);
    }

    /// The part of the path at this place; empty when there is none.
    public String part(int index) {
        return index < path.size() ? path.get(index) : "";
    }

    /// The first value of a parameter; empty when there is none.
    public String one(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }

    /// Every value of a parameter.
    public List<String> all(String name) {
        return query.getOrDefault(name, List.of());
    }
}
