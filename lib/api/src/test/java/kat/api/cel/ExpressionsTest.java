package kat.api.cel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import kat.api.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {

    private static final Environment DYNAMIC = new Environment(Map.of("x", CelType.DYN));
    private static final Object DATA =
            Data.of(
                    Json.parse(
                            """
                            {"n": 3, "f": 1.5, "s": "häuser", "list": [1, 2, 3],
                             "map": {"a": 1, "b": 2}, "names": ["b", "a"], "nothing": null,
                             "parts": [{"id": "p", "n": 1}, {"id": "q"}]}
                            """
                                    .getBytes(UTF_8)),
                    CelType.DYN);

    private static Object value(String expression) {
        Program program = DYNAMIC.compile(expression);
        return program.run(new Evaluation(_ -> DATA, Environment.CALL_LIMIT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 2 * 3 == 7",
                "-x.n == -3 && 7 / 2 == 3 && -7 % 3 == -1",
                "x.f > 1 && x.n >= 3 && 1.0 == double(1)",
                "x.s.startsWith('h') && size(x.s) == 6 && x.s.size() == 6",
                "'a' + \"b\" == r'ab' && 'a\\tb'.size() == 3 && '''x''' == 'x'",
                "x.list.all(i, i > 0) && x.list.exists(i, i == 2) && x.list.exists_one(i, i > 2)",
                "x.list.map(i, i * 2) == [2, 4, 6] && x.list.filter(i, i > 1).size() == 2",
                "x.map.all(k, x.map[k] > 0) && 'a' in x.map && !('z' in x.map)",
                "has(x.map.a) && !has(x.map.z) && has(x.nothing) && x.nothing == null",
                "x.parts.exists(p, p.id == 'p' && p.n == 1)",
                "x.parts.exists(p, p.n == 2 || p.id == 'q')",
                "x.n > 2 ? true : x.missing",
                "true || x.missing == 1",
                "x.missing == 1 || true",
                "!(false && x.missing == 1)",
                "type(x.n) == int && type('') == string && type(x.list) == list",
                "[1, 2, 3].isSorted() && [3, 1].max() == 3 && [1.5, 2.5].sum() == 4.0",
                "['a', 'b'].join('-') == 'a-b' && 'a,b'.split(',') == ['a', 'b']",
                "'abc'.substring(1, 2) == 'b' && 'abc'.indexOf('c') == 2 && 'Abc'.lowerAscii() == 'abc'",
                "'abc'.replace('b', 'x') == 'axc' && ' a '.trim() == 'a' && 'abc'.charAt(1) == 'b'",
                "'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'a1'.find('[0-9]') == '1'",
                "'kube'.matches('^[a-z]+$') && !'Kube'.matches('^[a-z]+$')",
                "'%s has %d of %.1f'.format([dyn('a'), 2, 1.5]) == 'a has 2 of 1.5'",
                "quantity('1Gi').isGreaterThan(quantity('500M')) && quantity('2').asInteger() == 2",
                "quantity('1').add(quantity('500m')).compareTo(quantity('1.5')) == 0",
                "isQuantity('1k') && !isQuantity('x')",
                "url('https://a.example:8080/p?q=1').getHost() == 'a.example:8080'",
                "url('https://a/p?q=1&q=2').getQuery()['q'] == ['1', '2'] && isURL('https://a')",
                "ip('10.0.0.1').family() == 4 && isIP('::1') && ip('::1').isLoopback()",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').prefixLength() == 8",
                "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !isCIDR('10.0.0.0')",
                "semver('1.2.3').isLessThan(semver('1.3.0')) && semver('v1', true).major() == 1",
                "sets.contains([1, 2], [1]) && sets.intersects([1], [1, 2]) && sets.equivalent([1], [1, 1])",
                "optional.of(1).hasValue() && optional.none().orValue(5) == 5 && x.?zz.orValue(1) == 1",
                "x.?n.optMap(v, v + 1).orValue(0) == 4 && x.map[?'a'].value() == 1",
                "x.list.all(i, v, v == i + 1) && x.list.transformList(i, v, v * i) == [0, 2, 6]",
                "x.map.transformMap(k, v, v + 1) == {'a': 2, 'b': 3}",
                "timestamp('2024-01-02T03:04:05Z').getFullYear() == 2024",
                "duration('90m') == duration('1h30m') && duration('1h').getMinutes() == 60",
                "timestamp('2024-01-01T00:00:00Z') + duration('24h') == timestamp('2024-01-02T00:00:00Z')",
                "int('42') == 42 && string(42) == '42' && double('1.5') == 1.5 && uint(1) == 1u",
                "!format.dns1123Label().validate('a-b').hasValue()",
                "format.dns1123Label().validate('A').value().size() == 1",
                "{'a': [dyn(1), dyn({'b': 2})]}['a'][1].b == 2",
                "b'abc' == bytes('abc') && size(b'abc') == 3",
                "[[1, 2], [3]].flatten() == [1, 2, 3] && [3, 1, 2].sort() == [1, 2, 3]",
                "lists.range(3) == [0, 1, 2] && [1, 1, 2].distinct() == [1, 2]",
            })
    void holds(String expression) {
        assertEquals(true, value(expression));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 +",
                "x.",
                "(1",
                "[1, 2",
                "'a",
                "1 + 'a'",
                "y == 1",
                "x.n.nope()",
                "has(1)",
                "!1",
                "1 ? 2 : 3",
                "[1, 'a']",
                "for == 1",
                "'a'.all(c, true)",
                "1 == 'a'"
            })
    void refusesWhatIsNoExpressionOrDoesNotFit(String expression) {
        assertThrows(CompileException.class, () -> DYNAMIC.compile(expression));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 / 0 == 1",
                "x.missing == 1",
                "[1][1] == 1",
                "9223372036854775807 + 1 == 0",
                "x.n + 'a' == ''",
                "int('a' + 'b') == 1",
                "sign(quantity('x')) == 0"
            })
    void tellsThatThereIsNoValue(String expression) {
        assertThrows(CelException.class, () -> value(expression));
    }

    @Test
    void showsTheFaultInTheSource() {
        Environment typed =
                new Environment(Map.of("self", CelType.object("object", Map.of("n", CelType.INT))));

        CompileException fault =
                assertThrows(CompileException.class, () -> typed.compile("self.nope > 1"));

        assertEquals(
                "ERROR: <input>:1:5: undefined field 'nope'\n | self.nope > 1\n | ....^",
                fault.getMessage());
    }

    @Test
    void endsWhatCostsTooMuch() {
        String deep =
                "lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a +"
                        + " b + c >= 0)))";

        CelException fault = assertThrows(CelException.class, () -> value(deep));

        assertEquals("operation cancelled: actual cost limit exceeded", fault.getMessage());
    }

    @Test
    void estimatesTheWorstFromDeclaredSizes() {
        CelType texts = CelType.list(CelType.STRING.sized(100, 2)).sized(10, 2);
        CelType object = CelType.object("object", Map.of("a", texts)).sized(0, 2);
        Environment bounded = new Environment(Map.of("self", object));
        Program program = bounded.compile("self.a.all(x, x.contains('ab'))");

        assertTrue(program.worstCost(object) < 1_000, () -> "cost " + program.worstCost(object));
    }

    /// Its negation must not come out true either.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "!t.matches('a.{200}x')",
                "t.find('a.{200}x') == ''",
                "t.findAll('a.{200}x') == []"
            })
    void hasNoValueWhenAPatternTakesTooManySteps(String expression) {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400_000; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        Program program = new Environment(Map.of("t", CelType.STRING)).compile(expression);
        Evaluation evaluation = new Evaluation(_ -> text.toString(), Long.MAX_VALUE);

        CelException none = assertThrows(CelException.class, () -> program.run(evaluation));

        assertEquals(
                "regular expression 'a.{200}x': matching takes too many steps", none.getMessage());
    }
}
