package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import kat.apiserver.http.QueryFlag;

/// The parameters behind a path, decoded.
final class Query {

    static final Query NONE = new Query(List.of());

    private final List<Parameter> parameters;

    record Parameter(String name, String value) {}

    private Query(List<Parameter> parameters) {
        this.parameters = parameters;
    }

    /// Parts that cannot be decoded are taken as they are.
    static Query parse(String raw) {
        if (raw.isEmpty()) {
            return NONE;
        }
        List<Parameter> found = new ArrayList<>();
        for (String part : raw.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            if (!name.isEmpty()) {
                found.add(new Parameter(decode(name), decode(value)));
            }
        }
        return new Query(found);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    boolean isEmpty() {
        return parameters.isEmpty();
    }

    boolean has(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// The first value; empty when absent.
    String get(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        return "";
    }

    List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                values.add(parameter.value());
            }
        }
        return values;
    }

    boolean flag(String name) {
        return QueryFlag.isTrue(all(name));
    }

    @Override
    public String toString() {
        return parameters.toString();
    }
}
