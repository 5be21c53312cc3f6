# Covariance of variance parameters by lmerTest's numerical Hessian of the (restricted) deviance, and intervals of nlme,
# for VarianceComponentTests:   Rscript variance_components.R   (in this folder; needs lmerTest, nlme, numDeriv, jsonlite)
suppressMessages({library(lme4); library(nlme); library(numDeriv); library(jsonlite)})

read_model <- function(name) {
  d <- read.csv(file.path("..", "designs", paste0(name, ".csv")), check.names = FALSE)
  x <- grep("^X:", names(d)); z <- grep("^Z:", names(d))
  frame <- data.frame(y = d$y, cluster = factor(d$cluster))
  frame[paste0("x", seq_along(x))] <- d[x]; frame[paste0("z", seq_along(z))] <- d[z]
  list(frame = frame, fixed = paste("y ~ 0 +", paste0("x", seq_along(x), collapse = "+")),
       random = paste("0 +", paste0("z", seq_along(z), collapse = "+")), q = length(z))
}
# Twice the negative (restricted) log-likelihood as a function of (lower triangle of D by rows, phi), by lme4's own
# deviance function of theta, the scale put back in.
components <- function(name, reml) {
  m <- read_model(name); q <- m$q
  f <- as.formula(paste(m$fixed, "+ (", m$random, "| cluster)"))
  fit <- lmer(f, m$frame, REML = reml, control = lmerControl(optCtrl = list(
    xtol_abs = 1e-12, xtol_rel = 0, ftol_abs = 1e-14, ftol_rel = 0, maxeval = 1e5)))
  devfun <- lmer(f, m$frame, REML = reml, devFunOnly = TRUE)
  env <- environment(devfun); n <- nrow(m$frame); p <- ncol(getME(fit, "X"))
  deviance <- function(s) {
    D <- matrix(0, q, q); D[upper.tri(D, TRUE)] <- s[seq_len(q * (q + 1) / 2)]; D <- D + t(D) - diag(diag(D), q)
    phi <- s[length(s)]; L <- t(chol(D / phi))
    devfun(L[lower.tri(L, TRUE)])
    pwrss <- env$resp$wrss() + env$pp$sqrL(1)
    df <- if (reml) n - p else n
    env$pp$ldL2() + (if (reml) env$pp$ldRX2() else 0) + df * log(2 * pi * phi) + pwrss / phi
  }
  D <- as.matrix(VarCorr(fit)$cluster); s <- c(D[upper.tri(D, TRUE)], sigma(fit)^2)
  # Newton in s to the last digits, then the covariance.
  for (i in 1:3) s <- s - solve(hessian(deviance, s), grad(deviance, s))
  V <- 2 * solve(hessian(deviance, s))
  ctrl <- lmeControl(msMaxIter = 500, maxIter = 500, tolerance = 1e-10, msTol = 1e-12, niterEM = 50, opt = "nlminb")
  lme_fit <- lme(as.formula(m$fixed), m$frame, as.formula(paste("~", m$random, "| cluster")),
                 method = if (reml) "REML" else "ML", control = ctrl)
  bounds <- intervals(lme_fit, which = "var-cov")
  list(model = name, reml = reml, parameters = s, covariance = V,
       nlme = as.matrix(bounds$reStruct$cluster), nlmeSigma = unname(as.vector(bounds$sigma)))
}
write_json(list(
  components("sleepstudy_us", TRUE), components("sleepstudy_us", FALSE), components("dietox_us", TRUE),
  components("dyestuff_ri", TRUE), components("orthodont_us", TRUE)),
  "variance_components.json", digits = NA, auto_unbox = TRUE, matrix = "rowmajor")
