package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class AutoscalerFormTest {

    private static final String OF_TWO =
            """
            {'metadata':{'name':'h'},'spec':{'maxReplicas':3,'metrics':[
              {'type':'Resource','resource':{'name':'cpu',
                'target':{'type':'Utilization','averageUtilization':50}}},
              {'type':'Pods','pods':{'metric':{'name':'hits'},
                'target':{'type':'AverageValue','averageValue':'7'}}},
              {'type':'External','external':{'metric':{'name':'queue'},
                'target':{'type':'Value','value':'30'}}}],
              'behavior':{'scaleDown':{'selectPolicy':'Max',
                'policies':[{'type':'Pods','value':1,'periodSeconds':15}]}}},
             'status':{'currentReplicas':1,'desiredReplicas':2,
              'conditions':[{'lastTransitionTime':null,'type':'AbleToScale','status':'True'}],
              'currentMetrics':[{'type':'Resource','resource':{'name':'cpu',
                'current':{'averageUtilization':30,'averageValue':'0'}}}]}}
            """;

    @Test
    void tellsInAnnotationsWhatTheOldVersionHasNoFieldsFor() {
        JsonObject served = AutoscalerForm.toServed(tree(OF_TWO));

        JsonObject annotations = served.at("metadata", "annotations");
        assertEquals(50, served.object("spec").integer("targetCPUUtilizationPercentage", 0));
        assertEquals(30, served.object("status").integer("currentCPUUtilizationPercentage", 0));
        assertEquals(
                "[{'type':'Pods','pods':{'metricName':'hits','targetAverageValue':'7'}},"
                        + "{'type':'External','external':{'metricName':'queue',"
                        + "'targetValue':'30'}}]",
                quoted(annotations.string("autoscaling.alpha.kubernetes.io/metrics")));
        assertEquals(
                "{'ScaleUp':null,'ScaleDown':{'StabilizationWindowSeconds':null,"
                        + "'SelectPolicy':'Max','Policies':[{'Type':'Pods','Value':1,"
                        + "'PeriodSeconds':15}],'Tolerance':null}}",
                quoted(annotations.string("autoscaling.alpha.kubernetes.io/behavior")));
        assertEquals(
                "[{'type':'Resource','resource':{'name':'cpu','currentAverageUtilization':30,"
                        + "'currentAverageValue':'0'}}]",
                quoted(annotations.string("autoscaling.alpha.kubernetes.io/current-metrics")));
    }

    @Test
    void losesNothingOnTheWayThereAndBack() {
        JsonObject stored = tree(OF_TWO);

        JsonObject back = AutoscalerForm.toStored(AutoscalerForm.toServed(stored));

        // the target for processors stands behind the others then
        assertEquals(3, back.object("spec").array("metrics").size());
        assertEquals(
                stored.object("spec").array("metrics").get(0),
                back.object("spec").array("metrics").get(2));
        assertEquals(
                stored.object("spec").array("metrics").get(1),
                back.object("spec").array("metrics").get(0));
        assertEquals(
                stored.object("spec").array("metrics").get(2),
                back.object("spec").array("metrics").get(1));
        assertEquals(stored.object("spec").get("behavior"), back.object("spec").get("behavior"));
        assertEquals(stored.get("status"), back.get("status"));
        assertFalse(back.object("metadata").has("annotations"));
    }

    @Test
    void asksForEightyPercentWhenNothingIsAskedFor() {
        JsonObject sent = tree("{'metadata':{'name':'h'},'spec':{'maxReplicas':3}}");

        JsonObject served = AutoscalerForm.toServed(AutoscalerForm.toStored(sent));

        assertEquals(80, served.object("spec").integer("targetCPUUtilizationPercentage", 0));
    }

    private static String quoted(String text) {
        return text.replace('"', '\'');
    }

    private static JsonObject tree(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"').getBytes(UTF_8));
    }
}
