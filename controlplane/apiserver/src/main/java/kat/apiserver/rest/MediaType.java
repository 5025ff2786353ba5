package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.apiserver.http.Request;
import org.jspecify.annotations.Nullable;

/// What form of answer a client accepts.
///
/// @param as the shape in the place of the object: `Table`, `PartialObjectMetadata`,
///     `PartialObjectMetadataList`, `APIGroupDiscoveryList`; empty for the object itself
/// @param version of that shape, for example `v1`
/// @param pretty whether white space is asked for
///
/// **Source:** `apiserver/pkg/endpoints/handlers/negotiation`.
record MediaType(Form form, String as, String version, boolean pretty) {

    static final MediaType JSON = new MediaType(Form.JSON, "", "", false);

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "True", "TRUE");

    /// How values are written, in the order in which the server prefers them.
    enum Form {
        JSON("json"),
        YAML("yaml"),
        PROTOBUF("vnd.kubernetes.protobuf");

        private final String subtype;

        Form(String subtype) {
            this.subtype = subtype;
        }

        String mediaType() {
            return "application/" + subtype;
        }
    }

    /// What a place can answer.
    ///
    /// @param protobuf whether its objects have that form
    /// @param shapes whether it gives tables and bare metadata
    /// @param stream whether it answers a watch, which YAML has no form for
    record Offer(boolean protobuf, Shape shapes, boolean stream) {

        static final Offer PLAIN = new Offer(true, Shape.NONE, false);
        static final Offer DISCOVERY = new Offer(true, Shape.DISCOVERY, false);

        /// What is told of this place where it cannot answer: a watch has its own forms only for
        /// those who accept what lists have.
        Offer asRefused(@Nullable String accept) {
            Offer still = new Offer(protobuf, shapes, false);
            return stream && negotiate(accept, still) == null ? still : this;
        }

        private boolean takes(Form form, Map<String, String> wanted) {
            String stream = wanted.getOrDefault("stream", "");
            if (!stream.isEmpty() && (form == Form.YAML || !stream.equals("watch"))) {
                return false;
            }
            boolean asks = wanted.containsKey("as") || wanted.containsKey("g");
            if (!asks && !wanted.containsKey("v")) {
                return shapes != Shape.DISCOVERY && (protobuf || form != Form.PROTOBUF);
            }
            return shapes.takes(
                    form,
                    wanted.getOrDefault("g", ""),
                    wanted.getOrDefault("v", ""),
                    wanted.getOrDefault("as", ""));
        }
    }

    /// Which shapes stand in the place of objects.
    enum Shape {
        NONE,
        METADATA,
        OBJECTS,
        DISCOVERY;

        boolean takes(Form form, String group, String version, String kind) {
            return switch (this) {
                case NONE -> false;
                case METADATA, OBJECTS ->
                        group.equals("meta.k8s.io")
                                && (version.equals("v1") || version.equals("v1beta1"))
                                && (kind.equals("Table")
                                        ? this == OBJECTS && form != Form.PROTOBUF
                                        : kind.equals("PartialObjectMetadata")
                                                || kind.equals("PartialObjectMetadataList"));
                case DISCOVERY ->
                        group.equals("apidiscovery.k8s.io")
                                && version.equals("v2")
                                && kind.equals("APIGroupDiscoveryList");
            };
        }
    }

    boolean isProtobuf() {
        return form == Form.PROTOBUF;
    }

    /// Whether the objects themselves are wanted as protobuf.
    boolean isPlainProtobuf() {
        return form == Form.PROTOBUF && as.isEmpty();
    }

    /// The type of an Accept header that fits best; null when none does. An absent or empty header
    /// accepts JSON.
    static @Nullable MediaType negotiate(@Nullable String accept, Offer offer) {
        if (accept == null || accept.isEmpty() || accept.equals("application/json")) {
            return offer.shapes() == Shape.DISCOVERY ? null : JSON;
        }
        for (Clause clause : clauses(accept)) {
            for (Form form : Form.values()) {
                if (clause.matches(form) && offer.takes(form, clause.parameters())) {
                    if (offer.stream() && form == Form.YAML) {
                        return null;
                    }
                    return new MediaType(
                            form,
                            clause.parameters().getOrDefault("as", ""),
                            clause.parameters().getOrDefault("v", ""),
                            clause.parameters().getOrDefault("pretty", "").equals("1"));
                }
            }
        }
        return null;
    }

    /// In which form a page is wanted that is text, or an object of a kind of `config.k8s.io`; null
    /// when in none that there is. The text has no kind; an absent header accepts it.
    static @Nullable MediaType negotiatePage(@Nullable String accept, String kind) {
        if (accept == null || accept.isBlank()) {
            return JSON;
        }
        for (Clause clause : clauses(accept)) {
            Map<String, String> wanted = clause.parameters();
            String as = wanted.getOrDefault("as", "");
            String group = wanted.getOrDefault("g", "");
            String version = wanted.getOrDefault("v", "");
            if (as.isEmpty() && group.isEmpty() && version.isEmpty()) {
                if (clause.takesText()) {
                    return JSON;
                }
                continue;
            }
            boolean isKnown =
                    as.equals(kind)
                            && group.equals("config.k8s.io")
                            && (version.equals("v1beta1") || version.equals("v1alpha1"));
            for (Form form : List.of(Form.JSON, Form.YAML)) {
                if (isKnown && clause.matches(form)) {
                    boolean pretty = wanted.getOrDefault("pretty", "").equals("1");
                    return new MediaType(form, as, version, pretty);
                }
            }
        }
        return null;
    }

    /// Which subtype of `application` an Accept header wants first; empty when it wants none of
    /// them.
    static String choose(@Nullable String accept, List<String> subtypes) {
        for (Clause clause : clauses(accept == null || accept.isEmpty() ? "*/*" : accept)) {
            for (String subtype : subtypes) {
                if (clause.names(subtype)) {
                    return subtype;
                }
            }
        }
        return "";
    }

    /// The same with white space where a request asks for it, or looks like a person's.
    MediaType in(Request request, Query query) {
        if (form != Form.JSON || pretty) {
            return this;
        }
        String asked = query.isEmpty() ? "" : query.get("pretty");
        if (!asked.isEmpty()) {
            boolean wanted = TRUE.contains(asked);
            return wanted ? new MediaType(form, as, version, true) : this;
        }
        String agent = request.header("user-agent");
        boolean person =
                agent != null
                        && (agent.startsWith("curl")
                                || agent.startsWith("Wget")
                                || agent.startsWith("Mozilla/5.0"));
        return person ? new MediaType(form, as, version, true) : this;
    }

    /// Whether an Accept header wants any application type and says no more, which the paths of
    /// discovery do not understand.
    static boolean isSpan(@Nullable String accept) {
        return accept != null && accept.strip().equals("application/*");
    }

    /// Whether an Accept header names a type that there is at all, in whatever shape.
    static boolean names(@Nullable String accept) {
        if (accept == null || accept.isEmpty()) {
            return true;
        }
        for (String part : accept.split(",", -1)) {
            int end = part.indexOf(';');
            String type = (end < 0 ? part : part.substring(0, end)).strip();
            if (type.equals("*/*")) {
                return true;
            }
            for (Form form : Form.values()) {
                if (type.equals(form.mediaType())) {
                    return true;
                }
            }
        }
        return false;
    }

    private record Clause(
            String type, String subtype, double quality, Map<String, String> parameters) {

        boolean matches(Form form) {
            return names(form.subtype);
        }

        boolean names(String wanted) {
            return type.equals("application")
                    ? subtype.equals("*") || subtype.equals(wanted)
                    : type.equals("*") && subtype.equals("*");
        }

        boolean takesText() {
            return type.equals("text")
                    ? subtype.equals("*") || subtype.equals("plain")
                    : type.equals("*") && subtype.equals("*");
        }

        /// Go's order, which is none: among unequal qualities a wildcard may still come later.
        boolean before(Clause other) {
            return quality > other.quality
                    || (!type.equals("*") && other.type.equals("*"))
                    || (!subtype.equals("*") && other.subtype.equals("*"));
        }
    }

    private static List<Clause> clauses(String accept) {
        List<Clause> all = new ArrayList<>();
        for (String part : accept.split(",", -1)) {
            Clause clause = clause(part.strip());
            if (clause != null) {
                int at = all.size();
                while (at > 0 && clause.before(all.get(at - 1))) {
                    at--;
                }
                all.add(at, clause);
            }
        }
        return all;
    }

    private static @Nullable Clause clause(String text) {
        String[] fields = text.split(";", -1);
        String[] names = fields[0].split("/", -1);
        String type = names[0].strip();
        boolean any = names.length == 1 && type.equals("*");
        if (names.length != 2 && !any) {
            return null;
        }
        double quality = 1;
        Map<String, String> parameters = new TreeMap<>();
        for (int i = 1; i < fields.length; i++) {
            String[] pair = fields[i].split("=", -1);
            if (pair.length == 2 && pair[0].strip().equals("q")) {
                quality = quality(pair[1]);
            } else if (pair.length == 2 && !pair[1].isEmpty()) {
                parameters.put(pair[0].strip(), pair[1].strip());
            }
        }
        return new Clause(type, any ? "*" : names[1].strip(), quality, parameters);
    }

    private static double quality(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
