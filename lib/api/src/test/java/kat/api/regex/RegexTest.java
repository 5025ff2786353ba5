package kat.api.regex;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {

    /// Far more than any needs, also on a machine that does much else.
    private static final Duration LONG = Duration.ofMinutes(2);

    private static List<String> all(String expression, String text) {
        Regex.Matches matches = Regex.compile(expression).matcher(text, 9);
        List<String> found = new ArrayList<>();
        int at = 0;
        while (matches.find(at)) {
            List<String> groups = new ArrayList<>();
            for (int i = 0; i <= matches.groups(); i++) {
                groups.add(matches.has(i) ? matches.group(i) : "-");
            }
            found.add(String.join(",", groups));
            at = matches.end() > matches.start() ? matches.end() : matches.end() + 1;
        }
        return found;
    }

    /// What Go 1.26 says, asked for each.
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "a** invalid\\_nested\\_repetition\\_operator:\\_`**`",
                "a*+b invalid\\_nested\\_repetition\\_operator:\\_`*+`",
                "a{2}{3} invalid\\_nested\\_repetition\\_operator:\\_`{2}{3}`",
                "(*) missing\\_argument\\_to\\_repetition\\_operator:\\_`*`",
                "x|+? missing\\_argument\\_to\\_repetition\\_operator:\\_`+?`",
                "(a missing\\_closing\\_):\\_`(a`",
                "a)b unexpected\\_):\\_`a)b`",
                "[a-c missing\\_closing\\_]:\\_`[a-c`",
                "x[c-ay] invalid\\_character\\_class\\_range:\\_`c-a`",
                "[[:foo:]] invalid\\_character\\_class\\_range:\\_`[:foo:]`",
                "\\p{Foo} invalid\\_character\\_class\\_range:\\_`\\p{Foo}`",
                "\\p{Old_Italic} invalid\\_character\\_class\\_range:\\_`\\p{Old_Italic}`",
                "\\p{\u212aaithi} invalid\\_character\\_class\\_range:\\_`\\p{\u212aaithi}`",
                "\\p{Gree\u212a} invalid\\_character\\_class\\_range:\\_`\\p{Gree\u212a}`",
                "(?=a) invalid\\_or\\_unsupported\\_Perl\\_syntax:\\_`(?=`",
                "(?<=a) invalid\\_named\\_capture:\\_`(?<=a)`",
                "(?<!x>a) invalid\\_named\\_capture:\\_`(?<!x>`",
                "(?i-) invalid\\_or\\_unsupported\\_Perl\\_syntax:\\_`(?i-)`",
                "\\1 invalid\\_escape\\_sequence:\\_`\\1`",
                "\\C invalid\\_escape\\_sequence:\\_`\\C`",
                "\\x{110000} invalid\\_escape\\_sequence:\\_`\\x{110000`",
                "a\\ trailing\\_backslash\\_at\\_end\\_of\\_expression:\\_``",
                "a{1001} invalid\\_repeat\\_count:\\_`{1001}`",
                "(?:a{500}){3} invalid\\_repeat\\_count:\\_`{3}`",
            })
    void refusesInTheWordsOfGo(String expression, String why) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Regex.compile(expression));

        assertEquals("error parsing regexp: " + why.replace("\\_", " "), refused.getMessage());
    }

    @Test
    void prefersWhatStandsFirst() {
        assertEquals(List.of("a,a,-"), all("(a)|(ab)", "ab"));
        assertEquals(List.of("ab,b"), all("a(b)??$", "ab"));
        assertEquals(List.of("aab,a,ab"), all("(a*?)(a?b)", "aab"));
    }

    @Test
    void tellsGroupsThatTookNoPartFromEmptyOnes() {
        assertEquals(List.of("b,-,b"), all("(a)|(b)", "b"));
        assertEquals(List.of("b,,b"), all("(a*)(b)", "b"));
        assertEquals(List.of("x,x"), all("(?<name>x)", "x"));
    }

    @Test
    void knowsPlacesInTextsAndLines() {
        assertEquals(List.of("b"), all("(?m)^b$", "a\nb\nc"));
        assertTrue(all("^b$", "a\nb\nc").isEmpty());
        assertEquals(List.of("ab", "cd"), all("\\b\\w+\\b", "ab-cd"));
        assertTrue(Regex.compile("a\\z").find("ba"));
        assertFalse(Regex.compile("\\Aa").find("ba"));
        assertFalse(Regex.compile("a.b").find("a\nb"));
    }

    @Test
    void foldsCasesAsUnicodeDoes() {
        assertTrue(Regex.compile("(?i)^STRASSE K$").find("ſtraſſe \u212a"));
        assertTrue(Regex.compile("(?i)^\\p{Lu}+$").find("äb"));
        assertFalse(Regex.compile("(?i)[^k]").find("\u212a"));
        assertFalse(Regex.compile("(?i)i").find("\u0130\u0131"));
    }

    @Test
    void countsCharactersBeyondTheFirstPlaneOnce() {
        assertTrue(Regex.compile("^.$").find("😀"));
        assertEquals(List.of("😀", "😁"), all("[😀-😂]", "x😀😁"));
        assertEquals(4, all("", "a😀b").size());
    }

    @Test
    void takesNamesOfUnicodeHoweverTheyAreWritten() {
        assertTrue(Regex.compile("^\\p{Lowercase_Letter}\\p{lu}\\pN\\p{greek}$").find("aB1σ"));
        assertTrue(Regex.compile("^\\p{Any}\\P{^L}\\p{assigned}$").find("xyz"));
        assertTrue(Regex.compile("^\\p{Sc}\\p{Pd}\\p{Zs}\\p{Cc}\\p{Cs}?$").find("€- \n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(a+)+$",
                "^(a|a)*$",
                "^(a|aa)+$",
                "(x+x+)+y",
                "^(?:|a|a?)*b$",
                "^((a*)*)*b$",
                "(?:a?){500}b",
                "(.*)(.*)(.*)(.*)(.*)[^a!]",
                "^(([a-z])+.)+[A-Z]([a-z])+$",
                "^(?:a?a?a?a?a?)*?(?:b|c)$",
                "(?i)^(\\w*\\W*)*=$",
            })
    void endsSoonOnLongTexts(String expression) {
        Regex regex = Regex.compile(expression);
        String text = "a".repeat(100_000) + "!";

        boolean found = assertTimeoutPreemptively(LONG, () -> regex.find(text));

        assertFalse(found);
        assertFalse(assertTimeoutPreemptively(LONG, () -> regex.matcher(text, 5).find(0)));
    }

    @Test
    void findsAllMatchesOfALongTextSoon() {
        String text = "ab".repeat(50_000);

        List<String> found = assertTimeoutPreemptively(LONG, () -> all("(a|b)+?(?:b|$)", text));

        assertEquals(50_000, found.size());
    }

    @Test
    void refusesWhatWouldTakeAllMemory() {
        String groups = "(".repeat(1_001) + "a" + ")".repeat(1_001);
        String copies = "(?:" + "x?".repeat(200) + "){1000}";
        String ranges = "[\\pL0]".repeat(1_000);

        assertRefused("expression nests too deeply", groups);
        assertRefused("expression too large", copies);
        assertRefused("expression too large", ranges);
        assertRefused("expression too large", "a".repeat(2_000_000));
        assertRefused("invalid repeat count", "((((){99}){99}){99}){99}");
    }

    private static void assertRefused(String why, String expression) {
        IllegalArgumentException refused =
                assertTimeoutPreemptively(
                        LONG,
                        () ->
                                assertThrows(
                                        IllegalArgumentException.class,
                                        () -> Regex.compile(expression)));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("error parsing regexp: " + why + ": "), message);
    }

    @Test
    void findsTheSameInBytesAsInTexts() {
        String[] expressions = {
            "", "^$", "a", "^ab", "b$", "a.c", "\\bé", "[^a]", "é+$", "(?i)ÉB", "\\x{1F600}", "a\\z"
        };
        String[] texts = {"", "a", "ab", "xab", "abc", "aéc", "é", "aé", "b\uD83D\uDE00", "éb\n"};
        List<String> differing = new ArrayList<>();
        int matches = 0;
        for (String expression : expressions) {
            Regex regex = Regex.compile(expression);
            for (String text : texts) {
                byte[] framed = ("ab" + text + "ab").getBytes(UTF_8);
                int end = framed.length - 2;
                boolean found = regex.find(text);
                matches += found ? 1 : 0;
                if (regex.find(framed, 2, end, Regex.MOST_STEPS) != found) {
                    differing.add(expression + " in " + text);
                }
            }
        }
        assertEquals(List.of(), differing);
        assertTrue(matches > 30 && matches < 100, matches + " of 120 match");
    }

    @Test
    void saysThatItDoesNotKnowWhatTakesTooManySteps() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 100_000; i++) {
            text.append(Integer.toString(i * 7919, 2).replace('0', 'x').replace('1', 'y'));
        }
        Regex large = Regex.compile("(?:" + "x?y?".repeat(24) + "){1000}z");

        assertGivenUp(() -> large.find(text.toString()));
        assertGivenUp(() -> large.matcher(text.toString(), 0).find(0));
    }

    /// Each character leads to a state of its own, and a match stands at the end.
    @Test
    void saysThatItDoesNotKnowWhenEachCharacterMakesAState() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400_000; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        text.append('a').append("b".repeat(200)).append('x');
        Regex regex = Regex.compile("a.{200}x");

        assertGivenUp(() -> regex.find(text.toString()));
        assertTrue(regex.find(text.substring(text.length() - 20_000)));
    }

    private static void assertGivenUp(Supplier<Boolean> find) {
        assertTimeoutPreemptively(
                LONG, () -> assertThrows(TooManyStepsException.class, () -> find.get()));
    }

    @Test
    void remembersFewExpressionsAndForgetsOthers() {
        Expressions known = new Expressions();
        Regex first = known.get("a");

        assertTrue(first == known.get("a"));
        for (int i = 0; i < 1_000; i++) {
            known.get("b" + i);
        }
        assertFalse(first == known.get("a"));
    }

    @Test
    void answersManyThreadsAlike() throws Exception {
        Regex regex = Regex.compile("^(?:[a-f]+-)*\\b[0-9]{2,40}$");
        List<Thread> threads = new ArrayList<>();
        List<String> wrong = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 4; t++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 2_000; i++) {
                                            boolean is = i % 3 == 0;
                                            String text =
                                                    "abc-".repeat(i % 7)
                                                            + "1".repeat(2 + i % 39)
                                                            + (is ? "" : "x");
                                            if (regex.find(text) != is) {
                                                wrong.add(text);
                                            }
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(List.of(), wrong);
    }
}
