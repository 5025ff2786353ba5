package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import kat.apiserver.config.GoDuration;
import kat.apiserver.rest.MediaType.Form;
import kat.apiserver.rest.MediaType.Offer;
import kat.apiserver.rest.MediaType.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MediaTypeTest {

    private static final Offer OBJECTS = new Offer(true, Shape.OBJECTS, false);
    private static final Offer CUSTOM = new Offer(false, Shape.OBJECTS, false);
    private static final Offer WATCH = new Offer(true, Shape.OBJECTS, true);
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String TABLE = ";as=Table;v=v1;g=meta.k8s.io";

    record Case(String name, String accept, Offer offer, @Nullable MediaType expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case plain(String name, String accept, Offer offer, Form form) {
        return new Case(name, accept, offer, new MediaType(form, "", "", false));
    }

    static Stream<Case> cases() {
        return Stream.of(
                plain("an empty header takes JSON", "", OBJECTS, Form.JSON),
                plain("anything takes JSON", "*/*", OBJECTS, Form.JSON),
                plain("any application type takes JSON", "application/*", OBJECTS, Form.JSON),
                plain("protobuf", PROTOBUF, OBJECTS, Form.PROTOBUF),
                plain(
                        "the first of equals",
                        PROTOBUF + ",application/json",
                        OBJECTS,
                        Form.PROTOBUF),
                plain(
                        "the better of two",
                        "application/json;q=0.5,application/yaml",
                        OBJECTS,
                        Form.YAML),
                plain(
                        "custom resources have no protobuf",
                        PROTOBUF + ",application/json",
                        CUSTOM,
                        Form.JSON),
                plain(
                        "a table in protobuf is passed over",
                        PROTOBUF + TABLE + ",application/json",
                        OBJECTS,
                        Form.JSON),
                plain("a watch's stream", PROTOBUF + ";stream=watch", WATCH, Form.PROTOBUF),
                new Case("no such form", "application/xml", OBJECTS, null),
                new Case("no other stream", "application/json;stream=x", WATCH, null),
                new Case("a watch has no YAML", "application/yaml", WATCH, null),
                new Case("only protobuf of a custom resource", PROTOBUF, CUSTOM, null),
                new Case(
                        "a table",
                        "application/json" + TABLE + ",application/json",
                        OBJECTS,
                        new MediaType(Form.JSON, "Table", "v1", false)),
                new Case(
                        "bare metadata of a custom resource in protobuf",
                        PROTOBUF + ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
                        CUSTOM,
                        new MediaType(Form.PROTOBUF, "PartialObjectMetadata", "v1", false)),
                new Case(
                        "white space",
                        "application/json;pretty=1",
                        OBJECTS,
                        new MediaType(Form.JSON, "", "", true)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void takesTheFormThatFitsBest(Case one) {
        assertEquals(one.expected(), MediaType.negotiate(one.accept(), one.offer()));
    }

    @ParameterizedTest
    @MethodSource("durations")
    void readsSpansAsGoDoes(List<String> one) {
        GoDuration read = GoDuration.parse(one.get(0));

        assertEquals(one.get(1), read.fault().isEmpty() ? read.value().toString() : read.fault());
    }

    static Stream<List<String>> durations() {
        return Stream.of(
                List.of("1m30s", "PT1M30S"),
                List.of("1.5s", "PT1.5S"),
                List.of("-1s", "PT-1S"),
                List.of("0", "PT0S"),
                List.of("5", "time: missing unit in duration \"5\""),
                List.of("5x", "time: unknown unit \"x\" in duration \"5x\""),
                List.of("abc", "time: invalid duration \"abc\""));
    }
}
