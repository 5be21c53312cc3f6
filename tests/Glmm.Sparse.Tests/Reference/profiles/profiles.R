# Profile likelihood intervals of the reference models by other programs, for ProfileReferenceTests:
#   Rscript profiles.R            (in this folder; needs lme4, glmmTMB, TMB, jsonlite; writes profiles.json)
# Bounds of glmmTMB are roots of the profile itself (TMB::tmbroot); those of lme4 are read off a spline through a fine
# profile, which is exact to some 1e-4 of an interval.
suppressMessages({library(lme4); library(glmmTMB); library(jsonlite)})
target <- 0.5 * qchisq(0.95, 1)

read_model <- function(name) {
  d <- read.csv(file.path("..", "designs", paste0(name, ".csv")), check.names = FALSE)
  x <- grep("^X:", names(d)); z <- grep("^Z:", names(d))
  frame <- data.frame(y = d$y, weight = d$weight, offset = d$offset, cluster = factor(d$cluster))
  frame[paste0("x", seq_along(x))] <- d[x]; frame[paste0("z", seq_along(z))] <- d[z]
  list(frame = frame, xn = sub("^X:", "", names(d)[x]), zn = sub("^Z:", "", names(d)[z]),
       p = length(x), q = length(z))
}
make_formula <- function(m, structure, response = "y") {
  bar <- if (structure == "diagonal") "||" else "|"
  random <- if (structure == "diagonal") paste0("(0+z", seq_len(m$q), "|cluster)", collapse = "+")
            else paste0("(0+", paste0("z", seq_len(m$q), collapse = "+"), "|cluster)")
  as.formula(paste(response, "~ 0 +", paste0("x", seq_len(m$p), collapse = "+"), "+", random))
}
record <- function(kind, first, second, estimate, lower, upper)
  list(kind = kind, first = first, second = second, estimate = estimate, lower = lower, upper = upper)

# glmmTMB: parameters beta, betad (log theta of nbinom2, -log dispersion of Gamma), theta (log sds, then the correlation over sqrt(1 - its square)).
by_tmb <- function(name, family, dispersion = NULL, structure = "unstructured") {
  m <- read_model(name)
  binomial <- identical(family$family, "binomial")
  m$frame$successes <- m$frame$y * m$frame$weight; m$frame$failures <- m$frame$weight - m$frame$successes
  f <- make_formula(m, structure, if (binomial) "cbind(round(successes), round(failures))" else "y")
  fit <- glmmTMB(f, data = m$frame, family = family, offset = m$frame$offset,
                 control = glmmTMBControl(optCtrl = list(iter.max = 2000, eval.max = 2000, rel.tol = 1e-14)))
  obj <- fit$obj; par <- fit$fit$par
  for (i in 1:3) par <- par - solve(optimHess(par, obj$fn, obj$gr, control = list(ndeps = rep(1e-4, length(par)))), drop(obj$gr(par)))
  obj$fn(par); obj$env$last.par.best <- obj$env$last.par
  root <- function(i) tryCatch(as.numeric(TMB::tmbroot(obj, i, target = target, trace = 0)), error = function(e) c(NA, NA))
  out <- list(); at <- 0
  for (j in seq_along(par)) {
    b <- root(j); n <- names(par)[j]
    if (n == "beta") { at <- at + 1; out <- c(out, list(record("fixed", m$xn[at], "", par[[j]], b[1], b[2]))) }
    if (n == "betad" && !is.null(dispersion)) {
      g <- dispersion$map; out <- c(out, list(record(dispersion$kind, "", "", g(par[[j]]), min(g(b)), max(g(b))))) }
  }
  th <- which(names(par) == "theta")
  for (l in seq_len(m$q)) {
    b <- exp(root(th[l])); out <- c(out, list(record("sd", m$zn[l], "", exp(par[[th[l]]]), b[1], b[2]))) }
  if (m$q == 2 && structure == "unstructured") {
    g <- function(t) t / sqrt(1 + t^2); b <- g(root(th[3]))
    out <- c(out, list(record("correlation", m$zn[1], m$zn[2], g(par[[th[3]]]), b[1], b[2]))) }
  cat(name, "glmmTMB", -obj$fn(par), "\n")
  list(model = name, program = "glmmTMB", structure = structure, nodes = 1, logLik = -obj$fn(par), intervals = out)
}

by_lme4 <- function(name, family = NULL, nodes = 1, structure = "unstructured") {
  m <- read_model(name)
  f <- make_formula(m, structure)
  fit <- if (is.null(family)) lmer(f, m$frame, REML = FALSE, offset = m$frame$offset, control = lmerControl(optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-12)))
         else glmer(f, m$frame, family = family, weights = weight, offset = offset, nAGQ = nodes,
                    control = glmerControl(optimizer = "bobyqa", tolPwrss = 1e-12, optCtrl = list(rhoend = 1e-9, maxfun = 1e5)))
  cutoff <- sqrt(qchisq(0.999, 1))
  pr <- profile(fit, signames = TRUE, delta = cutoff / 24, maxpts = 400, devtol = 1e-6)
  ci <- confint(pr, level = 0.95)
  out <- list(); row <- 0; take <- function() { row <<- row + 1; as.numeric(ci[row, ]) }
  vc <- as.data.frame(VarCorr(fit), order = "lower.tri")
  for (i in seq_len(nrow(vc))) {
    b <- take(); v <- vc[i, ]
    out <- c(out, list(
      if (v$grp == "Residual") record("dispersion", "", "", v$sdcor^2, b[1]^2, b[2]^2)
      else if (is.na(v$var2)) record("sd", m$zn[match(v$var1, paste0("z", 1:9))], "", v$sdcor, b[1], b[2])
      else record("correlation", m$zn[match(v$var1, paste0("z", 1:9))], m$zn[match(v$var2, paste0("z", 1:9))], v$sdcor, b[1], b[2])))
  }
  for (j in seq_len(m$p)) { b <- take(); out <- c(out, list(record("fixed", m$xn[j], "", fixef(fit)[[j]], b[1], b[2]))) }
  # zeta itself at some points of the profile
  table <- as.data.frame(pr); table <- table[is.finite(table$.zeta) & abs(table$.zeta) < 2.5 & abs(table$.zeta) > 0.3, ]
  par <- table$.par; first <- as.character(par) %in% "x1"
  z <- list()
  if (any(first)) { s <- table[first, ]; s <- s[round(seq(1, nrow(s), length.out = 5)), ]; z <- list(first = m$xn[1], values = s$x1, zeta = s$.zeta) }
  cat(name, "lme4", nodes, as.numeric(logLik(fit)), rownames(ci), "\n")
  list(model = name, program = "lme4", structure = structure, nodes = nodes, logLik = as.numeric(logLik(fit)), intervals = out, zeta = z)
}

all <- list()
add <- function(x) { all[[length(all) + 1]] <<- x
  write_json(all, "profiles.json", digits = 12, auto_unbox = TRUE, na = "null", pretty = 1) }
try_add <- function(e) tryCatch(add(force(e)), error = function(x) print(x))
try_add(by_tmb("seeds_ri", binomial()))
try_add(by_tmb("cbpp_logit", binomial()))
try_add(by_tmb("epil_ri", poisson()))
try_add(by_tmb("epil_visit_rs", poisson()))
try_add(by_tmb("epil_ri", nbinom2(), list(kind = "shape", map = exp)))
try_add(by_tmb("sleepstudy_gamma_log", Gamma("log"), list(kind = "dispersion", map = function(b) exp(-b))))
try_add(by_lme4("dyestuff_ri"))
try_add(by_lme4("dyestuff2_ri"))
try_add(by_lme4("sleepstudy_us"))
try_add(by_lme4("sleepstudy_diag", structure = "diagonal"))
try_add(by_lme4("seeds_ri", binomial(), 7))
try_add(by_tmb("toenail_ri", binomial()))
