package kat.apiserver.oidc;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kat.apiserver.oidc.JwtConfig.Expression;
import kat.apiserver.oidc.JwtConfig.Rule;

/// Who names users by their mail address by an expression must look whether it was verified.
final class EmailRule {

    private static final Pattern EMAIL = Pattern.compile("claims\\.\\??email(?![A-Za-z0-9_])");
    private static final Pattern VERIFIED = Pattern.compile("claims\\.\\??email_verified");

    private EmailRule() {}

    static void require(JwtConfig.Mapping mapping, List<Rule> rules, String path) {
        if (!(mapping.username() instanceof Expression username)
                || !EMAIL.matcher(username.text()).find()) {
            return;
        }
        List<String> texts = new ArrayList<>(List.of(username.text()));
        mapping.extra().values().forEach(each -> texts.add(each.text()));
        rules.forEach(rule -> texts.add(rule.expression().text()));
        if (texts.stream().noneMatch(text -> VERIFIED.matcher(text).find())) {
            throw ClaimExpressions.invalid(
                    path + ".username.expression",
                    username.text(),
                    "claims.email_verified must be used in claimMappings.username.expression or"
                            + " claimMappings.extra[*].valueExpression or"
                            + " claimValidationRules[*].expression when claims.email is used in"
                            + " claimMappings.username.expression");
        }
    }
}
