package kat.ingress.route;

/// Something that an Ingress asks for and does not get; becomes a Warning Event on it.
///
/// @param reason one word
public record Problem(String reason, String message) {

    static Problem unsupported(String annotation) {
        return new Problem(
                "UnsupportedAnnotation",
                "annotation " + annotation + " is not supported and has no effect");
    }

    static Problem invalid(String annotation, String value, String wanted) {
        return new Problem(
                "InvalidAnnotation",
                "annotation %s must be %s, but is \"%s\"".formatted(annotation, wanted, value));
    }

    static Problem backend(String message) {
        return new Problem("InvalidBackend", message);
    }

    static Problem rule(String message) {
        return new Problem("InvalidRule", message);
    }

    static Problem tls(String message) {
        return new Problem("InvalidCertificate", message);
    }
}
