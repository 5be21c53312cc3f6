# Variance decomposition, R2 and ICC by the formulas of Nakagawa, Johnson & Schielzeth (2017) and Johnson (2014), for
# VarianceDecompositionTests:   Rscript decomposition.R   (in this folder; needs lme4, glmmTMB, jsonlite)
# The mean lambda is integrated numerically; for the models with a null model it is exp(a0 + s2/2).
suppressMessages({library(lme4); library(glmmTMB); library(jsonlite)})

read_model <- function(name) {
  d <- read.csv(file.path("..", "designs", paste0(name, ".csv")), check.names = FALSE)
  x <- grep("^X:", names(d)); z <- grep("^Z:", names(d))
  frame <- data.frame(y = d$y, weight = d$weight, offset = d$offset, cluster = factor(d$cluster))
  frame[paste0("x", seq_along(x))] <- d[x]; frame[paste0("z", seq_along(z))] <- d[z]
  random <- paste("+ (0 +", paste0("z", seq_along(z), collapse = "+"), "| cluster)")
  list(frame = frame, X = as.matrix(d[x]), Z = as.matrix(d[z]), offset = d$offset,
       full = paste("~ 0 +", paste0("x", seq_along(x), collapse = "+"), random), null = paste("~ 1", random))
}
tight <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-13, optCtrl = list(rhobeg = 2e-3, rhoend = 1e-10, maxfun = 2e5))
fit_lme4 <- function(m, f, family) {
  if (family$family == "gaussian")
    return(lmer(as.formula(paste("y", f)), m$frame, control = lmerControl(optCtrl = list(
      xtol_abs = 1e-12, xtol_rel = 0, ftol_abs = 1e-14, ftol_rel = 0, maxeval = 1e5))))
  suppressWarnings(glmer(as.formula(paste("y", f)), m$frame, family = family, weights = weight, offset = offset, control = tight))
}
population_mean <- function(eta, s2, inverse) mean(mapply(function(e, v) if (v == 0) inverse(e) else
  integrate(function(u) inverse(e + sqrt(v) * u) * dnorm(u), -12, 12, rel.tol = 1e-11, subdivisions = 500)$value, eta, s2))
row <- function(kind, residual, f, a) list(kind = kind, residual = residual, marginal = f / (f + a + residual),
  conditional = (f + a) / (f + a + residual), adjusted = a / (a + residual), unadjusted = a / (f + a + residual))

decompose <- function(name, family, phi = 1, variance, alpha, D, m, lambda = NULL, extra = list()) {
  eta <- drop(m$X %*% alpha); s2 <- rowSums((m$Z %*% D) * m$Z)
  f <- var(eta); a <- mean(s2)
  if (is.null(lambda)) lambda <- population_mean(eta + m$offset, s2, family$linkinv)
  ratio <- phi * variance(lambda) / lambda^2
  delta <- phi * variance(lambda) / family$mu.eta(family$linkfun(lambda))^2
  rows <- list()
  if (family$link == "identity") rows <- list(row("Dispersion", phi, f, a)) else {
    if (family$link == "logit") rows <- c(rows, list(row("Theoretical", pi^2 / 3, f, a)))
    if (family$link == "probit") rows <- c(rows, list(row("Theoretical", 1, f, a)))
    if (family$link == "cloglog") rows <- c(rows, list(row("Theoretical", pi^2 / 6, f, a)))
    if (family$link == "log") rows <- c(rows, list(row("Lognormal", log1p(ratio), f, a), row("Trigamma", trigamma(1 / ratio), f, a)))
    rows <- c(rows, list(row("Delta", delta, f, a)))
  }
  c(list(model = name, family = family$family, link = family$link, fixed = f, random = a, lambda = lambda, variants = rows), extra)
}

lme4_case <- function(name, family, null = FALSE) {
  m <- read_model(name); fit <- fit_lme4(m, m$full, family)
  phi <- if (family$family == "gaussian") sigma(fit)^2 else 1
  lambda <- NULL
  if (null) { n <- fit_lme4(m, m$null, family); lambda <- unname(exp(fixef(n) + VarCorr(n)$cluster[1] / 2)) }
  decompose(name, family, phi, family$variance, fixef(fit), as.matrix(VarCorr(fit)$cluster), m, lambda, list(null = null))
}
tmb_case <- function(name, family, label, variance, log_family) {
  m <- read_model(name)
  fit <- glmmTMB(as.formula(paste("y", m$full)), m$frame, family = family, offset = m$frame$offset,
                 control = glmmTMBControl(optCtrl = list(iter.max = 2000, eval.max = 2000, rel.tol = 1e-14)))
  obj <- fit$obj; par <- fit$fit$par
  for (i in 1:3) par <- par - solve(optimHess(par, obj$fn, obj$gr, control = list(ndeps = rep(1e-4, length(par)))), drop(obj$gr(par)))
  alpha <- par[names(par) == "beta"]; shape <- exp(par[names(par) == "betad"]); sd <- exp(par[names(par) == "theta"])
  out <- decompose(name, log_family, 1, function(mu) variance(mu, shape), alpha, matrix(sd^2), m, NULL, list(null = FALSE))
  out$family <- label; out
}

write_json(list(
  lme4_case("sleepstudy_us", gaussian()), lme4_case("machines_us3", gaussian()), lme4_case("epil_ri", poisson()),
  lme4_case("epil_ri", poisson(), null = TRUE), lme4_case("owls_ri", poisson()), lme4_case("epil_visit_rs", poisson()),
  lme4_case("cbpp_logit", binomial()), lme4_case("cbpp_probit", binomial("probit")),
  lme4_case("cbpp_cloglog", binomial("cloglog")), lme4_case("contraception_urban", binomial()),
  tmb_case("epil_ri", nbinom2(), "negative-binomial", function(mu, s) mu + mu^2 / s, poisson()),
  tmb_case("epil_ri", nbinom1(), "negative-binomial-1", function(mu, s) mu * (1 + s), poisson()),
  tmb_case("sleepstudy_gamma_log", Gamma("log"), "gamma", function(mu, s) mu^2 / s, Gamma("log"))),
  "decomposition.json", digits = NA, auto_unbox = TRUE)
