package kat.api.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kat.api.cel.CelException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceExpressionTest {

    private static final String DRIVER = "dra.example.com";
    private static final String OWN = "device.attributes[\"" + DRIVER + "\"]";
    private static final String ROOM = "device.capacity[\"" + DRIVER + "\"]";

    private static JsonObject device() {
        return (JsonObject)
                Yaml.parse(
                        "{name: d, allowMultipleAllocations: true, attributes: {count: {int: 3},"
                                + " fast: {bool: true}, model: {string: fish}, driver: {version:"
                                + " 1.2.0}, other.example.com/model: {string: bird}}, capacity:"
                                + " {memory: {value: 2Gi}}}");
    }

    record Case(String expression, boolean matches) {}

    static List<Case> cases() {
        return List.of(
                new Case("device.driver == \"dra.example.com\"", true),
                new Case("device.allowMultipleAllocations", true),
                new Case(OWN + ".count > 2", true),
                new Case(OWN + ".fast", true),
                new Case(OWN + ".model == \"fish\"", true),
                new Case("device.attributes[\"other.example.com\"].model == \"bird\"", true),
                new Case(OWN + ".driver.isGreaterThan(semver(\"1.1.9\"))", true),
                new Case("cel.bind(own, " + OWN + ", own.fast && own.count == 4)", false),
                new Case(ROOM + ".memory.compareTo(quantity(\"2Gi\")) == 0", true),
                new Case(ROOM + ".memory.isGreaterThan(quantity(\"2Gi\"))", false),
                new Case("\"memory\" in " + ROOM, true),
                new Case("\"model\" in device.attributes[\"nobody.example.com\"]", false),
                new Case("\"nobody.example.com\" in device.attributes", false),
                new Case("\"other.example.com\" in device.attributes", true),
                new Case("has(device.attributes[\"nobody.example.com\"].model)", false),
                new Case("device.attributes.exists_one(name, name == \"dra.example.com\")", true));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void seesADeviceAsItsSliceTellsIt(Case each) {
        DeviceExpression expression = DeviceExpression.compile(each.expression());

        boolean matches = expression.matches(DeviceExpression.values(DRIVER, device()));

        assertEquals(each.matches(), matches);
    }

    @Test
    void hasNoValueForAnAttributeThatIsNotThere() {
        DeviceExpression expression = DeviceExpression.compile(OWN + ".name == \"x\"");

        CelException e =
                assertThrows(
                        CelException.class,
                        () -> expression.matches(DeviceExpression.values(DRIVER, device())));

        assertEquals("no such key: name", e.getMessage());
    }

    @Test
    void refusesAValueThatIsNoDecision() {
        DeviceExpression expression = DeviceExpression.compile(OWN + ".model");

        CelException e =
                assertThrows(
                        CelException.class,
                        () -> expression.matches(DeviceExpression.values(DRIVER, device())));

        assertEquals(
                "CEL result of type string could not be converted to bool: unsupported native"
                        + " conversion from string to 'bool'",
                e.getMessage());
    }

    @Test
    void tellsWhichAttributeHasNoValue() {
        JsonObject odd =
                (JsonObject) Yaml.parse("{name: d, attributes: {names: {strings: [a, b]}}}");

        CelException e =
                assertThrows(CelException.class, () -> DeviceExpression.values(DRIVER, odd));

        assertEquals("attribute names: unsupported attribute value", e.getMessage());
    }
}
