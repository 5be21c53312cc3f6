# Predictions of lme4 with standard errors, written to prediction.json beside this script.
#   Rscript prediction.R PATH-TO-REPOSITORY/data
# Run with R 4.2.2, lme4 1.1-31, jsonlite 1.8.4.
#
# link, response, population: predict() with re.form = NULL and NA. population_se: sqrt(diag(X vcov X')).
# cluster_se: of x'alpha + z'b, by dense algebra: with E = postVar of ranef(condVar = TRUE), C = X'WZ of the cluster and
# u = x - C E z it is sqrt(u' vcov u + z' E z).
suppressPackageStartupMessages(library(lme4))
data_folder <- commandArgs(TRUE)[1]
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
read <- function(name) read.csv(file.path(data_folder, paste0(name, ".csv")))

predictions <- function(m) {
  X <- getME(m, "X")
  group <- getME(m, "flist")[[1]]
  Z <- as.matrix(getME(m, "mmList")[[1]])
  codes <- as.integer(group) - 1L
  V <- as.matrix(vcov(m))
  E <- attr(ranef(m, condVar = TRUE)[[1]], "postVar")
  w <- if (isLMM(m)) rep(1, nrow(X)) / sigma(m)^2 else weights(m, type = "working")
  se <- numeric(nrow(X))
  for (i in unique(codes)) {
    rows <- which(codes == i)
    C <- t(X[rows, , drop = FALSE]) %*% (w[rows] * Z[rows, , drop = FALSE])
    Ei <- matrix(E[, , i + 1], ncol(Z))
    for (r in rows) {
      z <- Z[r, ]
      u <- X[r, ] - C %*% Ei %*% z
      se[r] <- sqrt(t(u) %*% V %*% u + t(z) %*% Ei %*% z)
    }
  }
  list(
    x = unname(X), z = unname(Z), cluster = codes, y = unname(getME(m, "y")),
    weight = unname(weights(m, type = "prior")), fixed = unname(fixef(m)),
    link = unname(predict(m)), response = unname(predict(m, type = "response")),
    population = unname(predict(m, re.form = NA)),
    population_se = unname(sqrt(diag(X %*% V %*% t(X)))), cluster_se = se)
}

sleepstudy <- read("sleepstudy")
cbpp <- read("cbpp")
cbpp$period <- factor(cbpp$period)
grouseticks <- read("grouseticks")
grouseticks$YEAR <- factor(grouseticks$YEAR)
tight <- lmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14, maxeval = 10000))
tight_glmer <- glmerControl(
  optimizer = "bobyqa", tolPwrss = 1e-12, optCtrl = list(rhobeg = 2e-3, rhoend = 1e-9, maxfun = 100000))
result <- list(
  sleepstudy = predictions(lmer(Reaction ~ Days + (Days | Subject), sleepstudy, control = tight)),
  cbpp = predictions(glmer(
    cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, family = binomial, control = tight_glmer)),
  grouseticks = predictions(glmer(
    TICKS ~ YEAR + cHEIGHT + (1 | BROOD), grouseticks, family = poisson, control = tight_glmer)))
jsonlite::write_json(result, file.path(here, "prediction.json"), digits = 15)
