package kat.apiserver.encryption;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which resources are sealed how.
///
/// @param rules in their order: the first that names a resource decides
public record EncryptionRules(List<Rule> rules) {

    /// Nothing is sealed, and nothing that is sealed can be read.
    public static final EncryptionRules NONE = new EncryptionRules(List.of());

    private static final List<Provider> PLAIN_ONLY = List.of(Identity.PLAIN);

    public EncryptionRules {
        rules = List.copyOf(rules);
    }

    /// @param resources such as `secrets`, `deployments.apps`, `*.`, `*.apps` or `*.*`
    /// @param providers the first writes, all read
    record Rule(List<String> resources, List<Provider> providers) {

        Rule {
            resources = List.copyOf(resources);
            providers = List.copyOf(providers);
        }

        boolean names(String resource) {
            int dot = resource.indexOf('.');
            String all = dot < 0 ? "*." : "*" + resource.substring(dot);
            return resources.contains(resource)
                    || resources.contains(all)
                    || resources.contains("*.*");
        }
    }

    /// @param resource as keys name it; null when the key is none of an object
    List<Provider> of(@Nullable String resource) {
        if (resource != null) {
            for (Rule rule : rules) {
                if (rule.names(resource)) {
                    return rule.providers();
                }
            }
        }
        return PLAIN_ONLY;
    }
}
