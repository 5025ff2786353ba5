package kat.dev.loop;

import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileElement;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.AnnotationDefaultAttribute;
import java.lang.classfile.attribute.MethodParametersAttribute;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleParameterAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Tells whether a running program that gets another version of a class behaves as one that
/// began with it.
///
/// The JVM refuses another shape by itself. What it takes and does not apply again is the rest:
/// code that ran already, constants that other classes hold as their own, and what frameworks
/// read when they start. Other code that ran once, such as that of a method which a framework
/// called for its result, cannot be told from code that runs again.
///
/// **Source:** Java Virtual Machine Tool Interface, RedefineClasses.
final class Redefinition {

    private static final ClassFile FILE =
            ClassFile.of(
                    ClassFile.DebugElementsOption.DROP_DEBUG,
                    ClassFile.LineNumbersOption.DROP_LINE_NUMBERS,
                    ClassFile.StackMapsOption.DROP_STACK_MAPS,
                    ClassFile.DeadCodeOption.KEEP_DEAD_CODE);
    private static final String MAIN_OF_ARGUMENTS = "main([Ljava/lang/String;)V";
    private static final String MAIN_OF_NOTHING = "main()V";

    private Redefinition() {}

    /// What stands in the way of an exchange, the plainest first.
    enum Obstacle {
        SHAPE("fields, methods or types of %s changed"),
        CONSTANT("a constant of %s changed"),
        STATIC_INITIALIZER("what %s does when it is loaded changed"),
        CONSTRUCTOR("what %s does for new objects changed"),
        MAIN("the method main of %s changed"),
        ANNOTATIONS("annotations or names of parameters of %s changed");

        private final String words;

        Obstacle(String words) {
            this.words = words;
        }

        /// The part of a class whose change is this obstacle.
        private Object part(ClassModel model) {
            return switch (this) {
                case SHAPE -> shape(model);
                case CONSTANT -> constants(model);
                case STATIC_INITIALIZER -> code(model, ConstantDescs.CLASS_INIT_NAME, true);
                case CONSTRUCTOR -> code(model, ConstantDescs.INIT_NAME, false);
                case MAIN -> main(model);
                case ANNOTATIONS -> annotations(model);
            };
        }

        /// A clause for the user.
        String of(String name) {
            return words.formatted(name);
        }
    }

    /// The first obstacle to the exchange of a class; none when only code differs that runs
    /// again.
    ///
    /// @param before what runs, of the same compiler: another may make other code of the same
    ///     source, which is an obstacle then
    static Optional<Obstacle> obstacle(byte[] before, byte[] now) {
        ClassModel old = FILE.parse(before);
        ClassModel fresh = FILE.parse(now);
        for (Obstacle one : Obstacle.values()) {
            if (!one.part(old).equals(one.part(fresh))) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    private static Object shape(ClassModel model) {
        SortedMap<String, String> shape = new TreeMap<>();
        String permitted =
                model.findAttribute(Attributes.permittedSubclasses())
                        .map(all -> String.valueOf(all.permittedSubclasses()))
                        .orElse("");
        String components =
                model
                        .findAttribute(Attributes.record())
                        .map(RecordAttribute::components)
                        .orElse(List.of())
                        .stream()
                        .map(one -> one.name() + " " + one.descriptor() + signature(one))
                        .toList()
                        .toString();
        shape.put(
                "",
                model.flags().flagsMask()
                        + String.valueOf(model.superclass())
                        + model.interfaces()
                        + permitted
                        + components
                        + signature(model));
        model.fields()
                .forEach(
                        one ->
                                shape.put(
                                        one.fieldName().stringValue() + " " + one.fieldType(),
                                        one.flags().flagsMask() + signature(one)));
        model.methods()
                .forEach(one -> shape.put(key(one), one.flags().flagsMask() + signature(one)));
        return shape;
    }

    private static String signature(AttributedElement element) {
        return element.findAttribute(Attributes.signature())
                .map(one -> " " + one.signature().stringValue())
                .orElse("");
    }

    private static String key(MethodModel method) {
        return method.methodName().stringValue() + method.methodType().stringValue();
    }

    private static Object constants(ClassModel model) {
        SortedMap<String, Object> constants = new TreeMap<>();
        model.fields()
                .forEach(
                        field ->
                                field.findAttribute(Attributes.constantValue())
                                        .ifPresent(
                                                one ->
                                                        constants.put(
                                                                field.fieldName().stringValue(),
                                                                one.constant().constantValue())));
        return constants;
    }

    private static Object main(ClassModel model) {
        return bytes(
                model,
                model.methods().stream()
                        .filter(
                                one ->
                                        key(one).equals(MAIN_OF_ARGUMENTS)
                                                || key(one).equals(MAIN_OF_NOTHING))
                        .toList());
    }

    /// The code of methods, and of those of the same class that they call.
    ///
    /// @param hasLambdas whether what they pass on to be called counts as called, too
    private static Object code(ClassModel model, String name, boolean hasLambdas) {
        Map<String, MethodModel> own = new HashMap<>();
        model.methods().forEach(method -> own.put(key(method), method));
        SortedMap<String, MethodModel> found = new TreeMap<>();
        Deque<MethodModel> open = new ArrayDeque<>();
        model.methods().stream()
                .filter(method -> method.methodName().equalsString(name))
                .forEach(open::add);
        while (!open.isEmpty()) {
            MethodModel method = open.remove();
            if (found.put(key(method), method) != null) {
                continue;
            }
            method.code().stream()
                    .flatMap(CodeModel::elementStream)
                    .flatMap(one -> called(model, one, hasLambdas).stream())
                    .forEach(
                            called -> {
                                MethodModel one = own.get(called);
                                if (one != null) {
                                    open.add(one);
                                }
                            });
        }
        return bytes(model, found.values());
    }

    /// The methods of this class that an instruction calls.
    private static List<String> called(ClassModel model, CodeElement element, boolean hasLambdas) {
        if (element instanceof InvokeInstruction call) {
            boolean isOwn = call.owner().equals(model.thisClass());
            return isOwn
                    ? List.of(call.name().stringValue() + call.type().stringValue())
                    : List.of();
        }
        if (hasLambdas && element instanceof InvokeDynamicInstruction call) {
            return call.bootstrapArgs().stream()
                    .filter(DirectMethodHandleDesc.class::isInstance)
                    .map(DirectMethodHandleDesc.class::cast)
                    .filter(handle -> handle.owner().equals(model.thisClass().asSymbol()))
                    .map(handle -> handle.methodName() + handle.lookupDescriptor())
                    .toList();
        }
        return List.of();
    }

    /// A class of these methods alone, without lines: with a constant pool of its own, so that
    /// the same code is the same bytes.
    private static Object bytes(ClassModel model, Collection<MethodModel> methods) {
        List<MethodModel> full = methods.stream().filter(one -> one.code().isPresent()).toList();
        return ByteBuffer.wrap(
                FILE.build(
                        model.thisClass().asSymbol(),
                        to -> full.forEach(method -> copyCode(method, to))));
    }

    private static void copyCode(MethodModel method, ClassBuilder to) {
        ClassBuilder unused =
                to.withMethodBody(
                        method.methodName(),
                        method.methodType(),
                        method.flags().flagsMask(),
                        code ->
                                method.code().stream()
                                        .flatMap(CodeModel::elementStream)
                                        .filter(Redefinition::isCode)
                                        .forEach(code::with));
    }

    private static boolean isCode(CodeElement element) {
        return element instanceof Instruction
                || element instanceof Label
                || element instanceof ExceptionCatch;
    }

    /// A class of what frameworks read alone.
    private static Object annotations(ClassModel model) {
        return ByteBuffer.wrap(
                FILE.build(model.thisClass().asSymbol(), to -> copyAnnotations(model, to)));
    }

    private static void copyAnnotations(ClassModel model, ClassBuilder to) {
        model.elementStream().filter(Redefinition::isRead).forEach(to::with);
        for (FieldModel field : model.fields()) {
            ClassBuilder unused =
                    to.withField(
                            field.fieldName(),
                            field.fieldType(),
                            one ->
                                    field.elementStream()
                                            .filter(Redefinition::isRead)
                                            .forEach(one::with));
        }
        for (MethodModel method : model.methods()) {
            if ((method.flags().flagsMask() & ClassFile.ACC_SYNTHETIC) == 0) {
                ClassBuilder unused =
                        to.withMethod(
                                method.methodName(),
                                method.methodType(),
                                method.flags().flagsMask(),
                                one ->
                                        method.elementStream()
                                                .filter(Redefinition::isRead)
                                                .forEach(one::with));
            }
        }
    }

    private static boolean isRead(ClassFileElement element) {
        return element instanceof RuntimeVisibleAnnotationsAttribute
                || element instanceof RuntimeVisibleParameterAnnotationsAttribute
                || element instanceof RuntimeVisibleTypeAnnotationsAttribute
                || element instanceof AnnotationDefaultAttribute
                || element instanceof MethodParametersAttribute
                || element instanceof RecordAttribute;
    }
}
