# Inference about fixed effects by lmerTest, pbkrtest, car, emmeans and clubSandwich, for fixed-effects.json.
# Rscript fixed-effects.R ROOT, with the repository's root. R 4.2.2, lme4 1.1-31, lmerTest 3.1-3, pbkrtest 0.5.2,
# car 3.1-1, emmeans 1.8.4-1, clubSandwich 0.5.8.
suppressMessages({
  library(lme4); library(lmerTest); library(pbkrtest); library(car); library(emmeans); library(clubSandwich)
  library(jsonlite)
})
arguments <- commandArgs(trailingOnly = TRUE)
root <- arguments[1]
folder <- file.path(root, "tests/Glmm.Sparse.Tests/Reference/inference")
control <- lmerControl(optimizer = "nloptwrap", check.conv.singular = "ignore",
  optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-13, xtol_rel = 0, ftol_rel = 1e-15, maxeval = 20000))

models <- list(
  list(name = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)", group = "Subject"),
  list(name = "sleepstudy-ml", data = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)", group = "Subject", reml = FALSE),
  list(name = "sleepstudy-uncorrelated", data = "sleepstudy", formula = "Reaction ~ Days + (Days || Subject)", group = "Subject"),
  list(name = "orthodont", data = "Orthodont", formula = "distance ~ age * Sex + (age | Subject)", group = "Subject", factors = "Sex"),
  list(name = "machines", data = "Machines", formula = "score ~ Machine + (Machine | Worker)", group = "Worker", factors = "Machine"),
  list(name = "dietox", formula = "Weight ~ Cu * Time + Evit + (1 | Pig)", group = "Pig", factors = c("Cu", "Evit")),
  list(name = "dietox-factors", data = "dietox", formula = "Weight ~ Evit * Cu + Time + (Time | Pig)", group = "Pig", factors = c("Evit", "Cu")),
  list(name = "owls", data = "Owls", formula = "NegPerChick ~ FoodTreatment * SexParent + ArrivalTime + (1 | Nest)", group = "Nest",
    factors = c("FoodTreatment", "SexParent")))

rows <- function(m) lapply(seq_len(nrow(m)), function(i) unname(as.numeric(m[i, ])))
anovaTable <- function(a, columns) lapply(setNames(rownames(a), rownames(a)), function(r) setNames(as.list(as.numeric(a[r, columns])), names(columns)))

one <- function(spec) {
  message(spec$name)
  data <- read.csv(file.path(root, "data", paste0(if (is.null(spec$data)) spec$name else spec$data, ".csv")), stringsAsFactors = FALSE)
  for (f in c(spec$factors, spec$group)) data[[f]] <- factor(data[[f]], levels = sort(unique(data[[f]]), method = "radix"))
  reml <- is.null(spec$reml) || spec$reml
  assign("data", data, envir = globalenv())
  m <- lmerTest::lmer(as.formula(spec$formula), data, REML = reml, control = control)
  p <- length(fixef(m))
  weights <- (seq_len(p) - 2.5) / 3
  joint <- diag(p)[-1, , drop = FALSE]
  # Two rows that depend on one another beside a third: the rank decides.
  result <- list(data = if (is.null(spec$data)) spec$name else spec$data, formula = spec$formula, reml = reml,
    names = names(fixef(m)), estimate = unname(fixef(m)), covariance = rows(as.matrix(vcov(m))),
    weights = weights)
  s <- coef(summary(m))
  result$satterthwaite <- list(df = unname(s[, "df"]), t = unname(s[, "t value"]), p = unname(s[, "Pr(>|t|)"]),
    contrast = as.list(contest1D(m, weights, confint = TRUE)), joint = as.list(contestMD(m, joint)))
  if (reml) {
    k <- coef(summary(m, ddf = "Kenward-Roger"))
    kr <- KRmodcomp(m, joint)$test
    result$kenwardRoger <- list(covariance = rows(as.matrix(vcovAdj(m))), df = unname(k[, "df"]), t = unname(k[, "t value"]),
      p = unname(k[, "Pr(>|t|)"]), contrast = as.list(contest1D(m, weights, ddf = "Kenward-Roger")),
      joint = list(F = kr["Ftest", "stat"], ndf = kr["Ftest", "ndf"], ddf = kr["Ftest", "ddf"], p = kr["Ftest", "p.value"],
        scaling = kr["Ftest", "F.scaling"]))
  }
  columns <- c(ndf = "NumDF", ddf = "DenDF", F = "F value", p = "Pr(>F)")
  result$typeIII <- anovaTable(anova(m, type = 3), columns)
  if (reml) result$typeIIIKenwardRoger <- anovaTable(anova(m, type = 3, ddf = "Kenward-Roger"), columns)
  chi <- c(chisq = "Chisq", df = "Df", p = "Pr(>Chisq)")
  result$carII <- anovaTable(as.data.frame(car::Anova(m, type = 2)), chi)
  result$carIII <- anovaTable(as.data.frame(car::Anova(m, type = 3)), chi)
  if (reml) {
    result$carIIF <- anovaTable(as.data.frame(car::Anova(m, type = 2, test.statistic = "F")), c(F = "F", ndf = "Df", ddf = "Df.res", p = "Pr(>F)"))
  }
  cr <- c("CR0", "CR1", "CR1S", "CR2", "CR3")
  result$robust <- lapply(setNames(cr, cr), function(type) rows(as.matrix(vcovCR(m, type = type))))
  if (length(spec$factors) > 0) {
    specs <- c(as.list(spec$factors), if (length(spec$factors) > 1) list(spec$factors))
    methods <- if (reml) c("satterthwaite", "kenward-roger") else "satterthwaite"
    result$means <- lapply(setNames(methods, methods), function(method) lapply(specs, function(over) {
      e <- suppressMessages(emmeans(m, over, lmer.df = method))
      t <- as.data.frame(summary(e, infer = c(TRUE, TRUE)))
      c2 <- as.data.frame(summary(pairs(e, adjust = "none"), infer = c(TRUE, TRUE)))
      list(over = over, levels = lapply(over, function(f) as.character(t[[f]])), emmean = t$emmean, se = t$SE, df = t$df,
        lower = t$lower.CL, upper = t$upper.CL,
        pairs = list(contrast = as.character(c2$contrast), estimate = c2$estimate, se = c2$SE, df = c2$df, t = c2$t.ratio, p = c2$p.value))
    }))
    if (length(spec$factors) > 1) {
      by <- suppressMessages(emmeans(m, as.formula(paste("~", spec$factors[1], "|", spec$factors[2])), lmer.df = "satterthwaite"))
      c3 <- as.data.frame(pairs(by, adjust = "none"))
      result$pairsBy <- list(over = spec$factors[1], by = spec$factors[2], level = as.character(c3[[spec$factors[2]]]),
        contrast = as.character(c3$contrast), estimate = c3$estimate, se = c3$SE, df = c3$df, p = c3$p.value)
    }
  }
  result
}

results <- lapply(models, one)
names(results) <- vapply(models, function(m) m$name, "")
write(toJSON(results, digits = NA, auto_unbox = TRUE, na = "null", pretty = 1), file.path(folder, "fixed-effects.json"))
