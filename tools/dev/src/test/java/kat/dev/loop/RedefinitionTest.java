package kat.dev.loop;

import static kat.dev.loop.Redefinition.Obstacle.ANNOTATIONS;
import static kat.dev.loop.Redefinition.Obstacle.CONSTANT;
import static kat.dev.loop.Redefinition.Obstacle.CONSTRUCTOR;
import static kat.dev.loop.Redefinition.Obstacle.MAIN;
import static kat.dev.loop.Redefinition.Obstacle.SHAPE;
import static kat.dev.loop.Redefinition.Obstacle.STATIC_INITIALIZER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two versions of a class, and what stands in the way of an exchange.
class RedefinitionTest {

    @TempDir Path folder;

    /// @param expected none when only code differs that runs again
    record Row(String name, String before, String now, Redefinition.@Nullable Obstacle expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// Versions of a class by its members.
    private static Row members(
            String name, String before, String now, Redefinition.@Nullable Obstacle expected) {
        return new Row(name, "class A { " + before + " }", "class A { " + now + " }", expected);
    }

    static Stream<Row> code() {
        return Stream.of(
                members("nothing", "int a() { return 1; }", "int a() { return 1; }", null),
                members("a body", "int a() { return 1; }", "int a() { return 2; }", null),
                members(
                        "the body of a lambda",
                        "Runnable a() { return () -> System.gc(); }",
                        "Runnable a() { return () -> System.exit(1); }",
                        null),
                members(
                        "lines before an initializer",
                        "static Object o = new Object(); A() { super(); }",
                        "\n\n static Object o = new Object(); \n A() { super(); }",
                        null),
                members(
                        "what an initializer's class has elsewhere",
                        "static Object o = \"x\".trim(); String a() { return \"a\"; }",
                        "static Object o = \"x\".trim(); String a() { return o + \"b\" + 7L; }",
                        null),
                members(
                        "a value made when it is loaded",
                        "static int[] a = {1};",
                        "static int[] a = {2};",
                        STATIC_INITIALIZER),
                members(
                        "a block with branches, a switch and a catch",
                        "static int a; static { try { switch (a) { case 1 -> a = 5; } }"
                                + " catch (RuntimeException e) { a = 7; } }",
                        "static int a; static { try { switch (a) { case 1 -> a = 5; } }"
                                + " catch (RuntimeException e) { a = 8; } }",
                        STATIC_INITIALIZER),
                members(
                        "a method that an initializer calls",
                        "static int a = b(); static int b() { return c(); }"
                                + " static int c() { return 1; }",
                        "static int a = b(); static int b() { return c(); }"
                                + " static int c() { return 2; }",
                        STATIC_INITIALIZER),
                members(
                        "a lambda that an initializer passes on",
                        "static Object a = java.util.Optional.of(1).map(x -> x + 1);",
                        "static Object a = java.util.Optional.of(1).map(x -> x + 2);",
                        STATIC_INITIALIZER));
    }

    static Stream<Row> starts() {
        return Stream.of(
                members(
                        "the value of a field of objects",
                        "int a = Integer.parseInt(\"1\");",
                        "int a = Integer.parseInt(\"2\");",
                        CONSTRUCTOR),
                members(
                        "a method that a constructor calls",
                        "A() { b(); } private void b() { System.gc(); }",
                        "A() { b(); } private void b() { System.exit(1); }",
                        CONSTRUCTOR),
                members(
                        "a lambda that a constructor keeps",
                        "Runnable a; A() { a = () -> System.gc(); }",
                        "Runnable a; A() { a = () -> System.exit(1); }",
                        null),
                members(
                        "main",
                        "public static void main(String[] a) { System.gc(); }",
                        "public static void main(String[] a) { System.exit(1); }",
                        MAIN));
    }

    static Stream<Row> constants() {
        return Stream.of(
                members("a number", "static final int A = 1;", "static final int A = 2;", CONSTANT),
                members(
                        "a text",
                        "static final String A = \"a\";",
                        "static final String A = \"b\";",
                        CONSTANT),
                members(
                        "one that is none any more",
                        "static final Integer B = null; static final int A = 1;",
                        "static final Integer B = null;"
                                + " static final int A = Integer.parseInt(\"2\");",
                        CONSTANT),
                members("of objects", "final long a = 1;", "final long a = 2;", CONSTANT),
                new Row(
                        "of an interface",
                        "interface A { double D = 1; }",
                        "interface A { double D = 2; }",
                        CONSTANT));
    }

    static Stream<Row> shapes() {
        return Stream.of(
                members("a field", "", "int a;", SHAPE),
                members("a method", "void a() {}", "", SHAPE),
                members("the type of a field", "int a;", "long a;", SHAPE),
                members(
                        "what a list is of",
                        "java.util.List<String> a;",
                        "java.util.List<Long> a;",
                        SHAPE),
                new Row(
                        "an interface",
                        "class A {}",
                        "class A implements Runnable {" + " public void run() {} }",
                        SHAPE),
                new Row("a record", "record A(int a) {}", "record A(int a, int b) {}", SHAPE),
                new Row("constants of an enum", "enum A { X }", "enum A { X, Y }", SHAPE),
                new Row("their order", "enum A { X, Y }", "enum A { Y, X }", STATIC_INITIALIZER),
                new Row(
                        "who may extend it",
                        "sealed class A permits B {} final class B extends A {} class C {}",
                        "sealed class A permits B, C {} final class B extends A {}"
                                + " final class C extends A {}",
                        SHAPE));
    }

    static Stream<Row> annotations() {
        String declared =
                "import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME)"
                        + " @interface Read { String value() default \"\"; } ";
        return Stream.of(
                new Row(
                        "of a class",
                        declared + "class A {}",
                        declared + "@Read class A {}",
                        ANNOTATIONS),
                new Row(
                        "the value of one of a method",
                        declared + "class A { @Read(\"a\") void a() {} }",
                        declared + "class A { @Read(\"b\") void a() {} }",
                        ANNOTATIONS),
                new Row(
                        "of a field",
                        declared + "class A { int a; }",
                        declared + "class A { @Read int a; }",
                        ANNOTATIONS),
                new Row(
                        "of a parameter",
                        declared + "class A { void a(int a) {} }",
                        declared + "class A { void a(@Read int a) {} }",
                        ANNOTATIONS),
                new Row(
                        "of a component of a record",
                        declared + "record A(int a) {}",
                        declared + "record A(@Read int a) {}",
                        ANNOTATIONS),
                new Row(
                        "a default",
                        "@interface A { int a() default 1; }",
                        "@interface A { int a() default 2; }",
                        ANNOTATIONS),
                members("a parameter's name", "void a(int a) {}", "void a(int b) {}", ANNOTATIONS),
                members(
                        "a lambda's parameter's name",
                        "Object a = (java.util.function.IntUnaryOperator) a -> a;",
                        "Object a = (java.util.function.IntUnaryOperator) b -> b;",
                        null),
                members(
                        "one that the JDK keeps",
                        "void a() {}",
                        "@Deprecated void a() {}",
                        ANNOTATIONS),
                members(
                        "one that is not in the class",
                        "public String toString() { return null; }",
                        "@Override public String toString() { return null; }",
                        null));
    }

    @ParameterizedTest
    @MethodSource({"code", "starts", "constants", "shapes", "annotations"})
    void tellsWhatIsNotAppliedAgain(Row row) throws IOException {
        byte[] before = compiled(row.before(), "before");
        byte[] now = compiled(row.now(), "now");

        assertEquals(row.expected(), Redefinition.obstacle(before, now).orElse(null));
        assertEquals(null, Redefinition.obstacle(now, now).orElse(null));
    }

    private byte[] compiled(String text, String name) throws IOException {
        Path source = Files.createDirectories(folder.resolve(name)).resolve("A.java");
        Files.writeString(source, text);
        Compiler compiler = new Compiler(List.of(), folder.resolve(name + "-classes"));
        Compiler.Outcome outcome = compiler.compile(List.of(source));
        assertEquals(List.of(), outcome.errors());
        byte[] made = outcome.classes().get("A");
        assertNotNull(made);
        return made;
    }
}
