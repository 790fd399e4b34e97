module.exports = require("@ts-morph/common/dist/typescript.js");
