/// JSON, read strictly and written compactly. Door: {@link dev.gori.machinery.json.Json}.
@NullMarked
package dev.gori.machinery.json;

import org.jspecify.annotations.NullMarked;
