package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.patch.StrategicMergePatch;
import kat.api.schema.Schemas;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class PodWritesTest {

    @Test
    void putsNewAddressesInPlaceOfTheOldOnes() {
        KubeObject before =
                new KubeObject(
                        tree(
                                "{metadata: {name: p, uid: u}, status: {hostIPs: [{ip: 192.0.2.1}],"
                                        + " podIP: 10.244.0.2, podIPs: [{ip: 10.244.0.2}]}}"));
        JsonObject status =
                tree(
                        "{hostIPs: [{ip: 192.0.2.1}], podIP: 10.244.0.9, podIPs: [{ip:"
                                + " 10.244.0.9}]}");

        Json patch = PodWrites.status(before, status).body();
        JsonObject after =
                StrategicMergePatch.apply(
                        before.tree(), patch, Schemas.builtIn().require(Kinds.POD.schema()));

        assertEquals(status.get("podIPs"), after.object("status").get("podIPs"));
        assertEquals(status.get("hostIPs"), after.object("status").get("hostIPs"));
        assertEquals("10.244.0.9", after.object("status").string("podIP"));
    }

    private static JsonObject tree(String yaml) {
        return (JsonObject) Objects.requireNonNull(Yaml.parse(yaml));
    }
}
