# Residuals, leverages and prediction errors of random effects by lme4, for ResidualReferenceTests and
# RandomEffectTableTests:   Rscript diagnostics.R   (in this folder; needs lme4, jsonlite; writes diagnostics.json)
suppressMessages({library(lme4); library(jsonlite)})
options(digits = 15)

read_model <- function(name) {
  d <- read.csv(file.path("..", "designs", paste0(name, ".csv")), check.names = FALSE)
  x <- grep("^X:", names(d)); z <- grep("^Z:", names(d))
  frame <- data.frame(y = d$y, weight = d$weight, offset = d$offset, cluster = factor(d$cluster))
  frame[paste0("x", seq_along(x))] <- d[x]; frame[paste0("z", seq_along(z))] <- d[z]
  f <- as.formula(paste("y ~ 0 +", paste0("x", seq_along(x), collapse = "+"), "+ (0 +",
                        paste0("z", seq_along(z), collapse = "+"), "| cluster)"))
  list(frame = frame, formula = f, p = length(x), q = length(z))
}

residuals_of <- function(fit) list(
  response = unname(resid(fit, "response")), pearson = unname(resid(fit, "pearson")),
  deviance = unname(resid(fit, "deviance")), working = unname(resid(fit, "working")))

linear <- function(name) {
  m <- read_model(name)
  fit <- lmer(m$formula, m$frame, control = lmerControl(
    optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-12, xtol_rel = 0, ftol_abs = 1e-14, ftol_rel = 0, maxeval = 1e5)))
  # Henderson's equations, dense: the block of b in the inverse is Var(b - b^) with the fixed effects' uncertainty.
  X <- getME(fit, "X"); Z <- as.matrix(getME(fit, "Z")); phi <- sigma(fit)^2
  D <- as.matrix(VarCorr(fit)$cluster); k <- nlevels(m$frame$cluster)
  left <- rbind(cbind(crossprod(X), crossprod(X, Z)), cbind(crossprod(Z, X), crossprod(Z))) / phi
  b <- m$p + seq_len(ncol(Z))
  left[b, b] <- left[b, b] + kronecker(diag(k), solve(D))
  inverse <- solve(left)
  random <- ranef(fit, condVar = TRUE)$cluster
  conditional <- attr(random, "postVar")
  list(model = name, family = "gaussian", residuals = residuals_of(fit), leverage = unname(hatvalues(fit)),
       modes = as.vector(t(as.matrix(random))), conditionalSd = as.vector(sqrt(apply(conditional, 3, diag))),
       predictionSd = sqrt(diag(inverse)[b]))
}

generalised <- function(name, family) {
  m <- read_model(name)
  fit <- suppressWarnings(glmer(m$formula, m$frame, family = family, weights = weight, offset = offset, control = glmerControl(
    optimizer = "bobyqa", tolPwrss = 1e-13, optCtrl = list(rhobeg = 2e-3, rhoend = 1e-10, maxfun = 2e5))))
  list(model = name, family = family$family, link = family$link, residuals = residuals_of(fit),
       theta = unname(getME(fit, "theta")), fixed = unname(fixef(fit)))
}

write_json(list(
  linear("sleepstudy_us"), linear("dietox_us"), linear("machines_us3"),
  generalised("epil_ri", poisson()), generalised("cbpp_logit", binomial()), generalised("cbpp_cloglog", binomial("cloglog")),
  generalised("grouseticks_brood", poisson())),
  "diagnostics.json", digits = NA, auto_unbox = TRUE)
