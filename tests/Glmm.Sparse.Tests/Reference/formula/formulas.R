# Writes formulas.json beside it: a mixed data frame, and what R 4.2.2 (stats, splines) and lme4 1.1-31 make of formulas
# over it. Rows that miss a value are dropped and levels that then do not occur too, as lmer does.
suppressMessages({library(splines); library(lme4); library(jsonlite)})
options(digits = 17, warn = 1)
n <- 40
i <- seq_len(n)
noise <- function(k) sin(12.9898 * i + k) * 3.7 - floor(sin(12.9898 * i + k) * 3.7)
d <- data.frame(
  y = round(5 + 3 * noise(1), 3),
  x = round(10 * noise(2) - 2, 2),
  z = round(exp(2 * noise(3)), 3),
  k = as.integer(c(2, 9, 10, 2, 9)[(i - 1) %% 5 + 1]),
  m = round(noise(4), 4),
  a = c("p", "q")[1 + (noise(5) > 0.5)],
  b = c("u", "v", "w")[1 + floor(3 * noise(6))],
  c = c("n1", "n2", "n3", "n4", "n5")[1 + (i * 7) %% 5],
  s = noise(7) > 0.4,
  g = c("g1", "g2", "g3", "g4")[1 + (i - 1) %/% 10],
  stringsAsFactors = FALSE, check.names = FALSE)
d$day <- as.Date("2024-02-20") + (i * 11) %% 37
d[["body weight"]] <- round(60 + 20 * noise(8), 1)
d[["group name"]] <- c("low one", "high one")[1 + i %% 2]
d$e <- 1 + i %% 4
# Missing here and there; level "only" of r occurs in a row that misses m alone.
d$r <- c("r1", "r2")[1 + (i %/% 2) %% 2]
d$r[7] <- "only"
d$m[c(7, 23)] <- NA
d$b[12] <- NA
d$`body weight`[30] <- NA
new <- data.frame(
  x = c(-9, -2, 0.125, 3.3, 7.9, 20), z = c(0.2, 1, 2.5, 4, 7, 12), k = as.integer(c(2, 9, 10, 9, 2, 10)),
  m = c(-0.5, 0.1, 0.33, 0.72, 1, 2), a = c("p", "q", "q", "p", "q", "p"), b = c("w", "v", "u", "v", "w", "u"),
  c = c("n3", "n1", "n5", "n2", "n4", "n3"), s = c(TRUE, FALSE, FALSE, TRUE, TRUE, FALSE), e = c(1, 2, 3, 4, 2, 1),
  stringsAsFactors = FALSE)
new$day <- as.Date("2024-02-01") + c(0, 20, 25, 33, 50, 90)

frame <- function(f, data = d) model.frame(f, data, drop.unused.levels = TRUE, na.action = na.omit)
matrix_of <- function(m, mf) list(
  names = I(colnames(m)), rows = I(match(rownames(m), rownames(d))),
  columns = lapply(seq_len(ncol(m)), function(j) unname(m[, j])))

fixed <- c(
  # terms
  "1", "0 + x", "x", "a", "b + x", "a * b", "a:b", "a %in% b", "a + b %in% a", "b/x", "a/b", "(a + b + x)^2 - a:b",
  "a * b * s - a:b:s", "x:b", "0 + a:x", "-1 + b", "b + 0", "a + x - 1", "s", "0 + s", "s:x + s", "r + m", "r * x + m",
  "`body weight`", "`body weight` * `group name`", "I(`body weight`/10)", "day", "I(day > 19780) + day", "x + z:x + z",
  "b * c", "c:x - 1", "(b + c)^2", "a + s + a:s:x", "x * z * m",
  # numbers
  "I(x * z)", "I(a == \"p\")", "I(x > 2 & s)", "log(z)", "log(z + 1)", "log(z, 10) + log2(z) + log(z, base = 3)",
  "exp(m) + expm1(m) + log1p(z)", "sqrt(z) + abs(x) + sign(x)", "round(z) + round(z, 1) + round(x, digits = 1)",
  "floor(z) + ceiling(x) + trunc(x) + as.integer(x)", "plogis(x) + qlogis(z/10) + pnorm(m) + qnorm(z/10)",
  "tanh(x) + sinh(m) + cosh(m)", "sin(2 * pi * x/7) + cos(2 * pi * x/7)", "asin(m) + acos(m) + atan(x) + asinh(x)",
  "ifelse(x > 2, z, 0)", "ifelse(b == \"u\", 1, x) * a", "pmin(x, 3) + pmax(x, z, 2)", "I(x%%3) + I(x%/%3)",
  "I(b %in% c(\"u\", \"v\"))", "I(k %in% c(2, 10)) * x", "I(-x) + I(!s)", "I(x^2) + I(x^3)", "as.numeric(s) + x",
  "I(pmax(0, x - 2)) + x", "exp(-((x - 1)^2)/2)",
  # scale
  "scale(x)", "scale(log(z)) * a", "scale(m)", "scale(x, scale = FALSE)", "scale(x, center = FALSE)",
  "scale(x, center = 3, scale = 2)", "scale(x, TRUE, FALSE):b",
  # bases
  "poly(x, 1)", "poly(x, 2)", "poly(x, 3) * a", "poly(x, degree = 5)", "poly(k, 2)", "poly(log(z), 3)", "poly(x, 2):b",
  "a:poly(z, 2)", "poly(x, 3, raw = TRUE)", "poly(x, 2, raw = TRUE):a", "poly(x, z, degree = 2)", "poly(day, 2)",
  "poly(x, z, degree = 3, raw = TRUE)", "poly(x, 2) + m + b", "poly(x, z, `e`, degree = 2)",
  "ns(x)", "ns(x, df = 3)", "ns(x, 4)", "ns(x, knots = c(0, 2, 5))", "ns(x, df = 4, intercept = TRUE)",
  "ns(z, df = 3, Boundary.knots = c(1.5, 6))", "ns(x, df = 3) * a", "ns(m, df = 2)", "ns(scale(x), df = 5)", "ns(day, df = 3)",
  "ns(x, knots = 3, Boundary.knots = c(-5, 10))",
  "bs(x)", "bs(x, df = 5)", "bs(x, df = 4, degree = 2)", "bs(x, degree = 1, knots = c(0, 3))", "bs(m, df = 6)",
  "bs(x, df = 6, intercept = TRUE)", "bs(x, knots = c(1, 4)) * s", "bs(z, df = 5, Boundary.knots = c(0, 10))",
  "bs(x, df = 4):b", "bs(z, df = 4, Boundary.knots = c(1.5, 6))",
  # factors
  "factor(k)", "factor(k) * x", "0 + factor(k)", "factor(x > 2)", "factor(round(z))", "as.factor(a)",
  "factor(b, levels = c(\"w\", \"u\", \"v\"))", "factor(k, levels = c(10, 2, 9), labels = c(\"ten\", \"two\", \"nine\"))",
  "factor(c, labels = c(\"A\", \"B\", \"C\", \"D\", \"E\")) * x", "factor(k, levels = c(2, 9, 10), labels = c(\"lo\", \"hi\", \"hi\"))",
  "relevel(factor(b), ref = \"v\") * x", "relevel(factor(k), ref = \"9\")", "relevel(factor(b), \"w\"):x + x",
  "ordered(b)", "ordered(c) * x", "factor(c, ordered = TRUE)", "ordered(c, levels = c(\"n2\", \"n1\", \"n5\", \"n3\", \"n4\"))",
  "0 + ordered(b) + a", "ordered(b):x",
  "C(factor(b), contr.sum)", "C(factor(b), contr.sum) * C(factor(a), contr.sum)", "C(factor(c), contr.helmert)",
  "C(factor(c), contr.treatment)", "C(factor(c), \"contr.treatment\")", "C(factor(b), treatment)", "C(factor(b), sum):x + x",
  "C(factor(c), contr.treatment(5, base = 3))", "C(factor(c), contr.treatment, base = 2)", "C(factor(b), contr.poly)",
  "C(factor(b), contr.sum(3))", "C(factor(b), contr.SAS)", "C(factor(b), \"contr.SAS\")", "C(ordered(b), contr.helmert)",
  "0 + C(factor(a), contr.sum) + C(factor(b), contr.helmert)", "C(factor(a), contr.sum):b", "C(relevel(factor(b), \"v\"), contr.sum) * poly(x, 2)",
  "cut(x, breaks = c(-10, 0, 2.5, 20))", "cut(x, c(-Inf, 0, 4, Inf), right = FALSE) * a",
  "cut(z, c(1, 2, 4, 8), labels = c(\"few\", \"some\", \"many\"), include.lowest = TRUE)",
  "cut(m, c(0, 0.12345, 0.5, 1))", "cut(I(1000 * z), c(0, 1234.5, 3000, 1e+05))", "cut(x, breaks = c(-10, 1, 20), ordered_result = TRUE)",
  "cut(z, c(0, 3, 10)) + m", "interaction(a, b)", "interaction(a, s, sep = \"_\") + x", "interaction(b, factor(k)) + x",
  "relevel(interaction(a, s), ref = \"q.TRUE\")", "s * ordered(k)", "r + I(m > 0.5)")
offsets <- list(
  list(formula = "x + offset(log(e))", offset = NULL),
  list(formula = "x + offset(log(e)) + a + offset(2 * z)", offset = NULL))

fixed_out <- lapply(fixed, function(f) {
  mf <- frame(as.formula(paste("y ~", f)))
  c(list(formula = f), matrix_of(model.matrix(attr(mf, "terms"), mf), mf))
})
offset_out <- lapply(offsets, function(o) {
  mf <- frame(as.formula(paste("y ~", o$formula)))
  c(list(formula = o$formula, offset = as.vector(model.offset(mf))), matrix_of(model.matrix(attr(mf, "terms"), mf), mf))
})
dots <- c(". - a", ". - r", "(. - c - day - r)^2", ". + log(z)")
dot_out <- lapply(dots, function(f) {
  # The grouping factor is not among the columns here.
  t <- terms(as.formula(paste("y ~", f)), data = d[setdiff(names(d), "g")])
  mf <- frame(t)
  c(list(formula = f), matrix_of(model.matrix(t, mf), mf))
})

random <- c(
  "(1 | g)", "(x | g)", "(0 + x | g)", "(poly(x, 2) | g)", "(ns(z, df = 2) | g)", "(C(factor(b), contr.sum) | g)", "(a * x | g)",
  "(0 + b | g)", "(ordered(b) | g)", "(scale(x) || g)", "(1 | g:a)", "(poly(x, 2) || g)", "(1 + x | g) + (0 + b | g)",
  "(relevel(factor(b), ref = \"w\") | g)")
random_out <- lapply(random, function(f) {
  fo <- expandDoubleVerts(as.formula(paste("y ~ 1 +", f)))
  mf <- model.frame(subbars(fo), d, drop.unused.levels = TRUE)
  bars <- findbars(fo)
  ms <- lapply(bars, function(b) model.matrix(eval(substitute(~ foo, list(foo = b[[2]]))), mf))
  m <- do.call(cbind, ms)
  re <- mkReTrms(bars, mf, reorder.terms = FALSE)
  stopifnot(identical(unname(unlist(re$cnms)), colnames(m)))
  c(list(formula = f), matrix_of(m, mf))
})

predicted <- c(
  "poly(x, 3)", "poly(log(z), 2) * a", "poly(x, z, degree = 2)", "ns(x, df = 4)", "ns(z, df = 3, Boundary.knots = c(1.5, 6))",
  "ns(x, df = 3, intercept = TRUE) - 1", "ns(scale(x), df = 3):a", "bs(x, df = 5)", "bs(x, degree = 2, knots = c(0, 3))",
  "bs(z, df = 4, Boundary.knots = c(1.5, 6)) * s", "scale(x) + scale(z, scale = FALSE)", "C(factor(b), contr.sum) * x",
  "ordered(c) + x", "relevel(factor(b), ref = \"v\"):x", "factor(k) * x", "interaction(a, s) + x", "cut(x, c(-20, 0, 4, 40))",
  "poly(day, 2)", "ns(m, df = 2) + b", "poly(m, 2, raw = TRUE)")
predicted_out <- lapply(predicted, function(f) {
  mf <- frame(as.formula(paste("y ~", f)))
  mt <- attr(mf, "terms")
  xlev <- .getXlevels(mt, mf)
  data <- new
  new_frame <- suppressWarnings(model.frame(delete.response(mt), data, xlev = xlev))
  contrasts <- attr(model.matrix(mt, mf), "contrasts")
  m <- model.matrix(delete.response(mt), new_frame, contrasts.arg = contrasts)
  list(formula = f, names = I(colnames(m)), columns = lapply(seq_len(ncol(m)), function(j) unname(m[, j])))
})

table_of <- function(data) lapply(names(data), function(name) {
  v <- data[[name]]
  kind <- if (inherits(v, "Date")) "date" else if (is.logical(v)) "boolean" else if (is.character(v)) "text" else "numeric"
  list(name = name, kind = kind, values = if (kind == "date") as.numeric(v) else v)
})
writeLines(toJSON(list(
  data = table_of(d), new = table_of(new), fixed = fixed_out, offsets = offset_out, dots = dot_out, random = random_out,
  predicted = predicted_out), digits = I(17), auto_unbox = TRUE, na = "null", null = "null"), "formulas.json")
cat(length(fixed_out), length(offset_out), length(dot_out), length(random_out), length(predicted_out), "\n")
