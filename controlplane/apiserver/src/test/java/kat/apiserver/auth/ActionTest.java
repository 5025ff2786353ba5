package kat.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kat.apiserver.auth.Authorizer.Action;
import org.junit.jupiter.api.Test;

class ActionTest {

    private static boolean isOfNode(String selector) {
        return new Action("list", "", "v1", "pods", "", "", "", "")
                .selecting(selector)
                .selects("spec.nodeName", "n");
    }

    @Test
    void knowsWhatASelectorAsksFor() {
        assertTrue(isOfNode("spec.nodeName=n"));
        assertTrue(isOfNode("status.phase!=Failed,spec.nodeName==n"));
        assertFalse(isOfNode("spec.nodeName!=n"));
        assertFalse(isOfNode(""));
    }

    @Test
    void isNotDeceivedByAValueThatLooksLikeATerm() {
        assertFalse(isOfNode("metadata.name!=a\\,spec.nodeName=n"));
        assertFalse(isOfNode("metadata.name!=a\\,spec.nodeName\\=n,status.phase!=x"));
    }
}
