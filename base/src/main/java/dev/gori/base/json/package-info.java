/// JSON, read strictly and written compactly. Entry point: {@link dev.gori.base.json.Json}.
@NullMarked
package dev.gori.base.json;

import org.jspecify.annotations.NullMarked;
