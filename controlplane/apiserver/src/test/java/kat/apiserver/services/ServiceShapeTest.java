package kat.apiserver.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class ServiceShapeTest {

    private static final JsonObject NODE_PORT =
            service("{type: NodePort, clusterIP: 10.96.0.7, externalTrafficPolicy: Cluster}");

    private static JsonObject service(String spec) {
        return Yaml.parse("{spec: " + spec + "}") instanceof JsonObject tree
                ? tree
                : JsonObject.EMPTY;
    }

    @Test
    void forgetsTheWayOfOutsidersWhenThereAreNoneAnyMore() {
        JsonObject wish =
                service(
                        "{type: ExternalName, externalName: else.where, clusterIP: 10.96.0.7,"
                                + " externalTrafficPolicy: Cluster}");

        JsonObject spec = ServiceShape.completed(NODE_PORT, wish).object("spec");

        assertFalse(spec.has("externalTrafficPolicy"), spec::toString);
        assertFalse(spec.has("clusterIP"), spec::toString);
    }

    @Test
    void keepsWhatWasChangedAlongWithTheType() {
        JsonObject wish = service("{type: ClusterIP, externalTrafficPolicy: Local}");

        JsonObject spec = ServiceShape.completed(NODE_PORT, wish).object("spec");

        assertEquals("Local", spec.string("externalTrafficPolicy"));
    }
}
