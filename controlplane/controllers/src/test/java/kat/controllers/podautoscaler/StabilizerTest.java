package kat.controllers.podautoscaler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.controllers.podautoscaler.Stabilizer.Limits;
import kat.controllers.podautoscaler.Stabilizer.Outcome;
import org.junit.jupiter.api.Test;

class StabilizerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Limits LIMITS = new Limits(2, 20);

    private final Stabilizer stabilizer = new Stabilizer();
    private JsonObject behavior = JsonObject.EMPTY;

    @Test
    void doublesAtMost() {
        check(follow(3, 15, 0), 6, "ReadyForNewScale", "ScaleUpLimit");
        check(follow(12, 30, 15), 20, "ReadyForNewScale", "TooManyReplicas");
        check(follow(1, 1, 900), 2, "ReadyForNewScale", "TooFewReplicas");
    }

    @Test
    void goesDownOnlyWhenNothingHigherWasProposedForFiveMinutes() {
        check(follow(8, 8, 0), 8, "ReadyForNewScale", "DesiredWithinRange");
        check(follow(8, 3, 100), 8, "ScaleDownStabilized", "DesiredWithinRange");
        check(follow(8, 3, 301), 3, "ReadyForNewScale", "DesiredWithinRange");
    }

    @Test
    void obeysItsRulesOnTheWayUp() {
        rules(
                "{scaleUp: {stabilizationWindowSeconds: 0, selectPolicy: Max, policies: [{type: Pods,"
                        + " value: 2, periodSeconds: 60}, {type: Percent, value: 10, periodSeconds:"
                        + " 60}]}, scaleDown: {selectPolicy: Disabled}}");

        check(follow(4, 15, 0), 6, "ReadyForNewScale", "ScaleUpLimit");
        stabilizer.scaled(4, 6, at(0));
        check(follow(6, 15, 30), 6, "ReadyForNewScale", "ScaleUpLimit");
        check(follow(6, 15, 61), 8, "ReadyForNewScale", "ScaleUpLimit");
    }

    @Test
    void obeysItsRulesOnTheWayDown() {
        rules(
                "{scaleUp: {}, scaleDown: {stabilizationWindowSeconds: 0, selectPolicy: Min,"
                        + " policies: [{type: Pods, value: 4, periodSeconds: 60}, {type: Percent,"
                        + " value: 10, periodSeconds: 60}]}}");

        check(follow(20, 3, 0), 18, "ReadyForNewScale", "ScaleDownLimit");
        rules("{scaleUp: {}, scaleDown: {stabilizationWindowSeconds: 0, selectPolicy: Disabled}}");
        check(follow(18, 3, 15), 18, "ReadyForNewScale", "ScaleDownLimit");
    }

    @Test
    void waitsWithGoingUpAsLongAsItsWindowSays() {
        rules(
                "{scaleUp: {stabilizationWindowSeconds: 60, policies: [{type: Percent, value: 900,"
                        + " periodSeconds: 15}]}, scaleDown: {}}");

        check(follow(4, 4, 0), 4, "ReadyForNewScale", "DesiredWithinRange");
        check(follow(4, 9, 30), 4, "ScaleUpStabilized", "DesiredWithinRange");
        check(follow(4, 9, 61), 9, "ReadyForNewScale", "DesiredWithinRange");
    }

    private void rules(String yaml) {
        behavior = (JsonObject) Yaml.parse(yaml);
    }

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    private Outcome follow(long current, long proposed, long seconds) {
        return stabilizer.follow(behavior, current, proposed, LIMITS, at(seconds));
    }

    private static void check(Outcome outcome, long replicas, String able, String limited) {
        assertEquals(
                replicas + " " + able + " " + limited,
                outcome.replicas()
                        + " "
                        + outcome.able().reason()
                        + " "
                        + outcome.limited().reason());
    }
}
