import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/// Takes the sentences that say what definitions and fields are for out of the models of the
/// official Java client, where they stand in annotations, and writes them as `descriptions.txt`.
///
/// `java scripts/Descriptions.java CLIENT.jar schemas.txt descriptions.txt`; the build calls it.
final class Descriptions {

    private static final String MODELS = "io/kubernetes/client/openapi/models/";

    private final JarFile client;
    private final List<String> lines = new ArrayList<>();
    private int definitions;

    private Descriptions(JarFile client) {
        this.client = client;
    }

    public static void main(String[] arguments) throws IOException {
        try (JarFile client = new JarFile(arguments[0])) {
            Descriptions all = new Descriptions(client);
            for (String line : Files.readAllLines(Path.of(arguments[1]), UTF_8)) {
                int tab = line.indexOf('\t');
                all.describe(line.substring(0, tab), line.substring(tab + 1));
            }
            Path target = Path.of(arguments[2]);
            Files.createDirectories(target.getParent());
            Files.write(target, all.lines, UTF_8);
            System.out.println(all.definitions + " definitions, " + all.lines.size() + " texts");
        }
    }

    /// Those of the model that has all fields of a definition; none when there is no such model.
    private void describe(String definition, String schema) throws IOException {
        for (String name : names(definition)) {
            ZipEntry entry = client.getEntry(MODELS + name + ".class");
            if (entry == null) {
                continue;
            }
            ClassModel model = ClassFile.of().parse(client.getInputStream(entry).readAllBytes());
            Map<String, String> fields = fields(model);
            if (fields.keySet().stream().allMatch(field -> schema.contains('"' + field + "\":"))) {
                definitions++;
                add(definition, text(model, "Lio/swagger/annotations/ApiModel;", "description"));
                fields.forEach((field, text) -> add(definition + "#" + field, text));
                return;
            }
        }
    }

    private void add(String about, String text) {
        if (!text.isEmpty()) {
            String plain =
                    text.replace("&lt;", "<")
                            .replace("&gt;", ">")
                            .replace("&quot;", "\"")
                            .replace("&#39;", "'")
                            .replace("&#x60;", "`")
                            .replace("&#x3D;", "=")
                            .replace("&amp;", "&");
            lines.add(about + "\t" + plain.replace("\r", "").replace("\n", "\\n"));
        }
    }

    /// What the client may call a definition: by its version alone, or with its group in front.
    private static List<String> names(String definition) {
        String[] words = definition.split("\\.", -1);
        String kind = words[words.length - 1];
        String version = capital(words[words.length - 2]);
        String group = capital(words[words.length - 3]);
        return List.of(group + version + kind, version + kind, kind);
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /// The text of each field by its name in JSON.
    private static Map<String, String> fields(ClassModel model) {
        Map<String, String> namesByGetter = new TreeMap<>();
        for (FieldModel field : model.fields()) {
            String name = text(field, "Lcom/google/gson/annotations/SerializedName;", "value");
            if (!name.isEmpty()) {
                String plain = field.fieldName().stringValue().replaceFirst("^_", "");
                namesByGetter.put(("get" + plain).toLowerCase(Locale.ROOT), name);
            }
        }
        Map<String, String> texts = new TreeMap<>();
        for (MethodModel method : model.methods()) {
            String getter = method.methodName().stringValue().toLowerCase(Locale.ROOT);
            String name = namesByGetter.get(getter);
            if (name != null && method.methodTypeSymbol().parameterCount() == 0) {
                texts.put(name, text(method, "Lio/swagger/annotations/ApiModelProperty;", "value"));
            }
        }
        return texts;
    }

    /// One member of an annotation; empty when it is not there.
    private static String text(AttributedElement element, String annotation, String member) {
        return element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(all -> all.annotations().stream())
                .filter(each -> each.className().stringValue().equals(annotation))
                .map(each -> member(each, member))
                .findFirst()
                .orElse("");
    }

    private static String member(Annotation annotation, String name) {
        for (AnnotationElement element : annotation.elements()) {
            if (element.name().stringValue().equals(name)
                    && element.value() instanceof AnnotationValue.OfString value) {
                return value.stringValue();
            }
        }
        return "";
    }
}
